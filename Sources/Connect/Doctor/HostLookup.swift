import Foundation

/// The addresses of a host, as this machine's resolver gives them.
enum HostLookup: Equatable, Sendable {
    case found([String])
    /// What the resolver said.
    case failed(String)

    /// Seconds that the resolver gets; it may ask several servers, several times each.
    private static let patience = 8

    static func of(_ host: String) async -> HostLookup {
        let (answers, answer) = AsyncStream.makeStream(of: HostLookup.self)
        // A thread of its own: the resolver waits, and the few threads of Swift's tasks must not.
        Thread.detachNewThread { answer.yield(resolve(host)) }
        return await withTaskGroup(of: Void.self) { group in
            group.addTask {
                guard (try? await Task.sleep(for: .seconds(patience))) != nil else { return }
                answer.yield(.failed("the name servers did not answer within \(patience) seconds"))
            }
            let first = await answers.first { _ in true }
            group.cancelAll()
            return first ?? .failed("it was not looked up")
        }
    }

    private static func resolve(_ host: String) -> HostLookup {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, nil, &hints, &list)
        guard code == 0 else { return .failed(sentence(for: code)) }
        defer { freeaddrinfo(list) }
        var addresses: [String] = []
        var next = list
        while let entry = next?.pointee {
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            if getnameinfo(entry.ai_addr, entry.ai_addrlen, &text, UInt32(text.count), nil, 0, NI_NUMERICHOST) == 0 {
                let address = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
                if !addresses.contains(address) { addresses.append(address) }
            }
            next = entry.ai_next
        }
        return addresses.isEmpty ? .failed("it has no address") : .found(addresses)
    }

    private static func sentence(for code: Int32) -> String {
        switch code {
        case EAI_NONAME: "there is no such name"
        case EAI_AGAIN: "the name servers do not answer"
        default: String(cString: gai_strerror(code)).lowercased()
        }
    }
}
