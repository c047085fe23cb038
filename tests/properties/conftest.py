from hypothesis import HealthCheck, settings

# How long an example takes is the machine's business and no property.
settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")
