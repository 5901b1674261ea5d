"""The journey of a load distribution: from a designation and five components of load to where the rings rest."""

from dataclasses import replace

from loadzone.bearings.geometry import Geometry, geometry_from_option
from loadzone.design.arrangement import arrange
from loadzone.design.equilibrium.roller_state import RollerEquilibrium
from loadzone.design.equilibrium.state import Equilibrium
from loadzone.design.inside import Facing, Load, Mode
from loadzone.flows.rate import RateOptions, inside_of, seat_of, subject_of
from loadzone.words.errors import BadInput
from loadzone.words.texts import text


def equilibrium(
    designation: str,
    *,
    fx_n: float = 0.0,
    fy_n: float = 0.0,
    fz_n: float = 0.0,
    mx_nmm: float = 0.0,
    my_nmm: float = 0.0,
    clearance_um: float | None = None,
    fit: str | None = None,
    speed_rpm: float = 0.0,
    geometry: Geometry | str | None = None,
    grooves: tuple[float, float] | None = None,
    length_mm: float | None = None,
    type_key: str | None = None,
    row_distance_mm: float | None = None,
    arrangement: Facing | None = None,
    mode: Mode = "consistent",
    is_held: bool = False,
) -> Equilibrium | RollerEquilibrium:
    """Where the inner ring comes to rest under a load, what each rolling element carries there, and how stiff it is.

    Parameters
    ----------
    designation : as «6205» or «7208 B»; beside ``geometry`` and ``type_key`` any name
    fx_n, fy_n, fz_n, mx_nmm, my_nmm : load on the inner ring, N and N mm; z is the axis, towards which a bearing that
        takes thrust one way takes it
    clearance_um : diametral in operation, 0 is assumed
    fit, speed_rpm : seats as "k5/H7", from which the clearance of a deep groove bearing is computed at a speed, r/min;
        the balls themselves stand still
    geometry, type_key : an inside, also as ``"Z,DW,DPW,ANGLE"``, instead of the catalogue's, and a key as
        "deep_groove_ball"
    grooves : groove radii of inner and outer ring over the ball diameter; 0.52 and 0.53 are assumed
    length_mm : effective length of rollers
    row_distance_mm, arrangement : between the middles of two rows along the axis; "back_to_back" or "face_to_face"
    mode : lever of the tilt: "consistent", "iso" or "pitch"
    is_held : the shaft keeps the rings parallel, by whatever moment that takes

    Returns
    -------
    `loadzone.design.equilibrium.state.Equilibrium` of balls, `roller_state.RollerEquilibrium` of rollers: displacements
    (5,), loads of the elements (rows, Z), pressures, stiffness (5, 5); the same as behind `loadzone.rate`

    Raises
    ------
    UnknownBearing : no source and no rule gives its inside
    MissingInput : the length of the rollers is not known
    BadInput : a value that is not possible; a moment on rings that are held
    OutOfScope : a load that these rows cannot balance

    Source: ISO/TS 16281:2008; least energy of five displacements, see docs/methods/equilibrium.md.

    >>> found = equilibrium("6205", fx_n=3000, clearance_um=10)
    >>> [round(load) for load in found.loads_n[0]]
    [1533, 954, 14, 0, 0, 0, 0, 14, 954]
    """
    load = Load(float(fx_n), float(fy_n), float(fz_n), float(mx_nmm), float(my_nmm))
    if is_held and (load.mx_nmm or load.my_nmm):
        raise BadInput(text("a moment on rings that are held parallel: give the moment, or --no-tilt"))
    options = RateOptions(
        speed_rpm=speed_rpm,
        clearance_um=clearance_um,
        fit=fit,
        geometry=geometry_from_option(geometry) if isinstance(geometry, str) else geometry,
        grooves=grooves,
        length_mm=length_mm,
        type_key=type_key,
        row_distance_mm=row_distance_mm,
        arrangement=arrangement,
        mode=mode,
    )
    subject = subject_of(designation, options)
    seat = seat_of(subject, options)
    if seat is not None:
        options = replace(options, clearance_um=seat.clearance_um)
    rows = arrange(inside_of(subject, options), subject.type_key, options.layout)
    return rows.solve(rows.hold(load, mode) if is_held else load, mode)
