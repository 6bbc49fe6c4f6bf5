public import NIOCore
public import NIOHTTPTypes

/// Closes connections whose client takes its time: one that sends a byte now and then is never idle, and would be kept
/// for ever. An answer may take as long as it likes.
public final class RequestDeadlines: ChannelDuplexHandler, RemovableChannelHandler {
    public typealias InboundIn = HTTPRequestPart
    public typealias InboundOut = HTTPRequestPart
    public typealias OutboundIn = HTTPResponsePart
    public typealias OutboundOut = HTTPResponsePart

    /// From the connection, or the answer before, until the headers are there; with TLS its handshake too.
    private let head: TimeAmount
    /// From the headers until the body is there.
    private let body: TimeAmount
    private var deadline: Scheduled<Void>?
    private var isReading = false
    private var unanswered = 0

    public init(head: TimeAmount, body: TimeAmount) {
        self.head = head
        self.body = body
    }

    public func handlerAdded(context: ChannelHandlerContext) {
        close(in: head, context)
    }

    public func handlerRemoved(context: ChannelHandlerContext) {
        deadline?.cancel()
    }

    public func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        context.fireChannelInactive()
    }

    public func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            isReading = true
            unanswered += 1
            close(in: body, context)
        case .end:
            isReading = false
            deadline?.cancel()
        case .body: break
        }
        context.fireChannelRead(data)
    }

    public func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) {
            unanswered -= 1
            if !isReading, unanswered <= 0 { close(in: head, context) }
        }
        context.write(data, promise: promise)
    }

    private func close(in time: TimeAmount, _ context: ChannelHandlerContext) {
        deadline?.cancel()
        let channel = context.channel
        deadline = context.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
    }
}
