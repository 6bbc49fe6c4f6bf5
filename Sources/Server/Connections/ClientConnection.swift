import Glibc
import HummingbirdCore
import Logging
import NIOCore
import NIOSSL

/// One client's connection: HTTP/1.1, through TLS where there is a certificate, each connection with the one of its time.
///
/// Its requests are answered on the thread that reads them, so that a short answer costs no change of threads; see
/// ``LongAnswers`` for the others.
struct ClientConnection: ServerChildChannel {
    typealias Value = HTTP1Channel.Value

    let http: HTTP1Channel
    /// nil for plain HTTP.
    let certificate: ServerCertificate?

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.setOption(Self.patience, value: 20_000).flatMapThrowing {
            guard let certificate else { return }
            try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: certificate.context))
        }.flatMap {
            http.setup(channel: channel, logger: logger)
        }
    }

    /// Milliseconds for which a client may take nothing of what it is sent, whether it is gone or only stopped reading (RFC 5482):
    /// a stream that nobody reads is not kept.
    private static let patience = ChannelOptions.Types.SocketOption(
        level: .tcp,
        name: NIOBSDSocket.Option(rawValue: TCP_USER_TIMEOUT)
    )

    func handle(value: Value, logger: Logger) async {
        await withTaskExecutorPreference(EventLoopExecutor(value.channel.eventLoop)) {
            await http.handle(value: value, logger: logger)
        }
    }
}
