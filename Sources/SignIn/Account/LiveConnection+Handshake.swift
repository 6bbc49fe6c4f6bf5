public import Storage
public import WebUI

public import struct Foundation.Date

extension LiveConnection {
    /// When a gateway last heard of the device, and which.
    public func handshake(now: Date) -> HTML {
        guard let lastHandshakeAt else { return "<span class=\"soft\">Not yet</span>" }
        let through: HTML? = gateway.map { " <span class=\"soft\">at \(isolated: $0)</span>" }
        return "<span>\(TimeText(lastHandshakeAt, now: now))\(through)</span>"
    }
}
