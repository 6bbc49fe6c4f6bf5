import Foundation
import NIOCore
import NIOHTTP1

/// Makes the `Date` header of each answer tell the org's time where its clock was moved; the server itself knows only
/// the machine's.
final class ShiftedDates: ChannelOutboundHandler, RemovableChannelHandler {
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private let org: Org

    init(org: Org) { self.org = org }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard org.clockOffset != 0, case .head(var head) = unwrapOutboundIn(data) else {
            return context.write(data, promise: promise)
        }
        head.headers.replaceOrAdd(name: "Date", value: org.now().formatted(Self.style))
        context.write(wrapOutboundOut(.head(head)), promise: promise)
    }

    /// RFC 9110, section 5.6.7: `Sun, 06 Nov 1994 08:49:37 GMT`.
    private static let style = Date.VerbatimFormatStyle(
        format: """
            \(weekday: .abbreviated), \(day: .twoDigits) \(month: .abbreviated) \(year: .padded(4)) \
            \(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\(minute: .twoDigits):\
            \(second: .twoDigits) GMT
            """,
        locale: Locale(identifier: "en_US_POSIX"),
        timeZone: .gmt,
        calendar: Calendar(identifier: .gregorian)
    )
}

/// Puts `ShiftedDates` before the encoder of a connection: what a server may add itself stands where answers are not yet
/// in the form that the encoder takes.
final class ShiftedDatesInstaller: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    private let org: Org

    init(org: Org) { self.org = org }

    func handlerAdded(context: ChannelHandlerContext) {
        let pipeline = context.pipeline.syncOperations
        guard let encoder = try? pipeline.handler(type: HTTPResponseEncoder.self) else { return }
        try? pipeline.addHandler(ShiftedDates(org: org), position: .after(encoder))
    }
}
