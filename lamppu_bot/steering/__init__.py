"""What coordinators steer a round with: a use case a module. Each acts once for a form, however often it is sent in."""
