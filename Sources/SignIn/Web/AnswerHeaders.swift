import HTTPTypes
public import NIOCore
public import NIOHTTPTypes

/// Puts the headers of ``SecurityHeaders`` on what no route answers: a request that cannot be read is answered before there
/// is one.
public final class AnswerHeaders: ChannelOutboundHandler, RemovableChannelHandler {
    public typealias OutboundIn = HTTPResponsePart
    public typealias OutboundOut = HTTPResponsePart

    private let settings: WebSettings

    public init(settings: WebSettings) {
        self.settings = settings
    }

    public func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .head(var head) = unwrapOutboundIn(data) else { return context.write(data, promise: promise) }
        SecurityHeaders.complete(&head.headerFields, settings: settings)
        context.write(wrapOutboundOut(.head(head)), promise: promise)
    }
}
