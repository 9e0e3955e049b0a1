"""The live channel: pictures of what moves, sent to a browser beside Streamlit's own messages, and orders that come
back. It may use the chart component and a run's bell, and knows neither what is drawn nor what is ordered.

    stage     what one page of one browser session shows of something that moves; scripts and lines ask it for frames
    registry  the stages that live, by token
    line      one browser's way to a stage: a frame when there is news, at most so often as its class allows
    routes    the ways: a WebSocket, and plain HTTP where that is forbidden
    element   how a script puts a stage's parts on its page
    kept      what pictures are made of, kept while the same is asked for

A browser asks for each frame, ahead as far as a round trip needs; one that does not ask gets nothing. Frames come in
order, each built on the one before it. Where neither way is open the browser asks Streamlit's script (element).
"""
