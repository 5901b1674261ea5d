/** The reader's time zone goes into a cookie: the server writes times as the reader's clock shows them. */

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && !document.cookie.includes(`loadzone_zone=${zone}`)) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `loadzone_zone=${zone}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
}
