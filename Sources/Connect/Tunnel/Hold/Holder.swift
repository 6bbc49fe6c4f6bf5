import Foundation

/// The root helper's whole life: it does what its keeper asks for, line by line, and ends with it. It trusts nothing that it is
/// told, reads no file of the user, and waits in a thread of its own making only: there is no other.
struct Holder {
    private var interface: HeldInterface?
    private var lines: LineStream

    init(input: Int32, output: Int32) {
        lines = LineStream(input: input, output: output)
    }

    /// Until the keeper closes its end; then there is no tunnel.
    mutating func run() {
        answer(HoldAnswer(ready: true))
        while let line = try? lines.read() { answer(done(line)) }
        interface?.remove()
    }

    private func answer(_ answer: HoldAnswer) {
        // Whoever does not read it has gone, and the next line tells.
        guard let line = try? JSONEncoder().encode(answer) else { return }
        try? lines.write(Array(line))
    }

    private mutating func done(_ line: [UInt8]) -> HoldAnswer {
        do throws(HoldRefusal) {
            return try answer(to: Self.request(line))
        } catch {
            return HoldAnswer(error: error.sentence)
        }
    }

    /// - Throws: Unless it is one request, and nothing more.
    static func request(_ line: [UInt8]) throws(HoldRefusal) -> HoldRequest {
        guard let request = try? JSONDecoder().decode(HoldRequest.self, from: Data(line)) else {
            throw HoldRefusal("It is not a request")
        }
        let asked = [request.set != nil, request.peer != nil, request.clear != nil, request.state != nil]
        guard asked.count(where: { $0 }) == 1 else { throw HoldRefusal("It is not one request") }
        return request
    }

    private mutating func answer(to request: HoldRequest) throws(HoldRefusal) -> HoldAnswer {
        if let asked = request.set {
            let tunnel = try HeldTunnel(asked)
            clear()
            interface = try HeldInterface(tunnel)
            return HoldAnswer(done: true, interface: interface?.name)
        }
        if request.clear != nil {
            clear()
            return HoldAnswer(done: true)
        }
        guard interface != nil else { throw HoldRefusal("There is no tunnel") }
        if let peer = request.peer {
            try interface?.change(to: peer)
            return HoldAnswer(done: true, interface: interface?.name)
        }
        return HoldAnswer(state: try interface?.state())
    }

    private mutating func clear() {
        interface?.remove()
        interface = nil
    }
}
