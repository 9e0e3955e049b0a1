"""What a reader sets: the network, its task, its training, each field declared once; and when a field says nothing of
the first Jacobians. It may use networks and tasks."""
