"""What travels between the wings: records, protocols, errors, checked settings, figures as people read them."""
