"""The web room: REST under /api/v1 (`api`), its guards, and the application that a server runs (`app.create_app`)."""
