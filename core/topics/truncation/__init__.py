"""What truncated back-propagation sees, loses and costs; and at which norm to clip. It may use jacobians and the
playground."""
