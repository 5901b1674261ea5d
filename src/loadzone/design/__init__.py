"""Ratings, contact, load distribution, life, lubrication, friction, fits and optimisation of a bearing."""
