"""Back-propagation through time in closed form, dL/dh_t at every t for free, and what makes an update of it. It may use
networks and tasks."""
