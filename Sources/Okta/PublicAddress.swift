import Foundation
import NIOPosix

/// Whether a name leads to the public internet.
///
/// A name that looks public may still point inside a private network. Between this look and the connection the answer
/// may change; what then is reached still has to show a certificate for the name.
public enum PublicAddress {
    /// Throws ``OktaError/unreachable(host:why:cause:)`` unless every address of the name is a public one.
    public static func verify(_ host: String) async throws(OktaError) {
        let addresses: [[UInt8]]
        do {
            addresses = try await NIOThreadPool.singleton.runIfActive { try resolve(host) }
        } catch let failure as NoAddress {
            let isUnknown = failure.code == EAI_NONAME
            let cause = "getaddrinfo: \(String(cString: gai_strerror(failure.code)))"
            throw .unreachable(host: host, why: isUnknown ? .unknownName : .connection, cause: cause)
        } catch {
            throw .cancelled
        }
        guard addresses.allSatisfy(isPublic) else {
            throw .unreachable(host: host, why: .privateAddress, cause: "an address in a private range")
        }
    }

    /// Four bytes or sixteen, as the name system gives them.
    static func isPublic(_ address: [UInt8]) -> Bool {
        if address.count == 4 { return !privateV4.contains { $0.contains(address) } }
        // ::ffff:a.b.c.d is an IPv4 address in disguise; so is 64:ff9b::a.b.c.d.
        for prefix in embeddedV4 where address.starts(with: prefix) { return isPublic(Array(address.suffix(4))) }
        return address.count == 16 && !privateV6.contains { $0.contains(address) }
    }

    private struct Range {
        let start: [UInt8]
        let bits: Int

        func contains(_ address: [UInt8]) -> Bool {
            (0..<bits).allSatisfy { bit in
                let mask = UInt8(0x80) >> UInt8(bit % 8)
                return address[bit / 8] & mask == start[bit / 8] & mask
            }
        }
    }

    /// From IANA's registry of special-purpose addresses (RFC 6890), with multicast and what is reserved.
    private static let privateV4 = [
        Range(start: [0], bits: 8), Range(start: [10], bits: 8), Range(start: [100, 64], bits: 10),
        Range(start: [127], bits: 8), Range(start: [169, 254], bits: 16), Range(start: [172, 16], bits: 12),
        Range(start: [192, 0, 0], bits: 24), Range(start: [192, 168], bits: 16), Range(start: [198, 18], bits: 15),
        Range(start: [224], bits: 3),
    ]

    /// Unspecified, loopback and the old embeddings (::/64), unique local, link-local and multicast.
    private static let privateV6 = [
        Range(start: [0, 0, 0, 0, 0, 0, 0, 0], bits: 64), Range(start: [0xfc], bits: 7),
        Range(start: [0xfe, 0x80], bits: 10), Range(start: [0xff], bits: 8),
    ]

    private static let embeddedV4: [[UInt8]] = [
        [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff],
        [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0],
    ]

    /// What the name system answered instead of an address.
    private struct NoAddress: Error {
        let code: Int32
    }

    private static func resolve(_ host: String) throws(NoAddress) -> [[UInt8]] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var first: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, nil, &hints, &first)
        guard code == 0 else { throw NoAddress(code: code) }
        defer { freeaddrinfo(first) }
        return sequence(first: first, next: { $0?.pointee.ai_next }).compactMap { $0?.pointee }.compactMap(bytes)
    }

    private static func bytes(of info: addrinfo) -> [UInt8]? {
        guard let address = UnsafeRawPointer(info.ai_addr) else { return nil }
        switch info.ai_family {
        case AF_INET:
            return withUnsafeBytes(of: address.loadUnaligned(as: sockaddr_in.self).sin_addr) { Array($0) }
        case AF_INET6:
            return withUnsafeBytes(of: address.loadUnaligned(as: sockaddr_in6.self).sin6_addr) { Array($0) }
        default:
            return nil
        }
    }
}
