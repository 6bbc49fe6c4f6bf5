import Foundation
import WebUI

/// What the tunnel is doing: the part of the page that changes by itself.
struct TunnelPart: Component {
    let tunnel: ShownTunnel
    let now: Date

    /// Another id for another state: the script then finds its part gone and loads the whole page, with its other buttons.
    var html: HTML { "\(Live(id: "tunnel-\(word)", isLive: true, content))" }

    var title: String {
        switch tunnel {
        case .none, .signedOut: "Networks"
        case .connecting(let network): "Connecting to \(network)"
        case .connected(let open): "Connected to \(open.network)"
        case .reconnecting(let network, _): "Reconnecting to \(network)"
        case .cut(let network, _, _, _): "Cut off from \(network)"
        }
    }

    private var word: String {
        let state =
            switch tunnel {
            case .none: "none"
            case .connecting: "connecting"
            case .connected: "connected"
            case .reconnecting: "reconnecting"
            case .cut: "cut"
            case .signedOut: "signed-out"
            }
        let network = (tunnel.network ?? "").filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
        return network.isEmpty ? state : "\(state)-\(network)"
    }

    private var content: HTML {
        switch tunnel {
        case .none, .signedOut: .empty
        case .connecting: "\(ProgressBar("Waiting for the gateway", done: 0, of: nil))"
        case .connected(let open): connected(open)
        case .reconnecting(_, let why): reconnecting(why)
        case .cut(_, let why, let date, let isTriedAgain): cut(why, at: date, isTriedAgain: isTriedAgain)
        }
    }

    private func connected(_ open: ShownTunnel.Open) -> HTML {
        let away = open.serverAwaySince.map { since in
            Notice(
                "The server last answered \(TimeText.relative(since, now: now)).",
                .warning,
                detail: "The tunnel works on; without the server its gateway closes it after a while."
            )
        }
        let handshake = open.lastHandshakeAt.map { TimeText($0, now: now).html } ?? "None yet"
        var rows: [SummaryList.Row] = [
            .init("State", "\(away == nil ? Badge("Connected", .positive) : Badge("Server away", .warning))"),
            .init("Your address", "<span class=\"mono\">\(open.address)</span>"),
            .init("Connected", "\(TimeText(open.since, now: now))"),
            .init("Last handshake", handshake),
            .init("Received", "<span class=\"number\">\(ByteText.text(open.received))</span>"),
            .init("Sent", "<span class=\"number\">\(ByteText.text(open.sent))</span>"),
        ]
        if let gateway = open.gateway { rows.insert(.init("Gateway", "<span class=\"mono\">\(gateway)</span>"), at: 2) }
        return "\(away)\(SummaryList(rows))"
    }

    private func reconnecting(_ why: String?) -> HTML {
        let notice = why.map { Notice($0, .warning, detail: "It is tried again by itself; nothing passes until then.") }
        return "\(notice)\(ProgressBar("Trying to reach a gateway", done: 0, of: nil))"
    }

    private func cut(_ why: String, at date: Date?, isTriedAgain: Bool) -> HTML {
        let when = date.map { "Cut \(TimeText($0, now: now)). " as HTML } ?? .empty
        let next: HTML =
            isTriedAgain ? "Timus tries again by itself, and connects once you may." : "Connect again once you may."
        return "\(Notice(why, .negative, detail: "\(when)\(next)"))"
    }
}
