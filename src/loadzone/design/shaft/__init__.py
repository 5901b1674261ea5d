"""A shaft on several bearings: beam, bearings and housing as one energy, the loads of gears, what each part bears."""
