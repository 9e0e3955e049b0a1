"""The door of the server: who is let in, what a browser may load for a page of it, and where it is found. It may use
what the engine says of a bad value, and knows nothing of what is served.

    origin      which pages of a browser are at home here
    policy      what a browser may load, and which sites may show the app in a frame
    door        the middleware that holds to both
    addresses   what is said, and opened, when the server starts

Nothing here looks anything up outside of this machine.
"""
