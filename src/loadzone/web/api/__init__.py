"""Routes under /api/v1, one module a noun; none does more than ask a journey and show its answer."""
