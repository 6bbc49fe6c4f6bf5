import Dispatch
import Foundation
import Synchronization

/// The keeper's line to the root helper. One question at a time, in the order in which they are asked.
final class Helper: Sendable {
    /// The helper's end has gone, and the tunnel with it.
    struct Gone: Error {}

    private let lines: HelperLines
    private let queue = DispatchQueue(label: "timus-connect.helper")

    init(input: Int32, output: Int32) {
        lines = HelperLines(LineStream(input: input, output: output))
    }

    /// What an actor asks is in the queue before anything else of that actor runs, so that no question overtakes another.
    ///
    /// - Throws: ``Gone``, and ``HoldRefusal`` where the helper says no.
    func ask(_ request: HoldRequest, isolation: isolated (any Actor)? = #isolation) async throws -> HoldAnswer {
        let lines = lines
        let result = await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: Result { try lines.ask(request) }) }
        }
        let answer = try result.get()
        if let error = answer.error { throw HoldRefusal(error) }
        return answer
    }
}

/// The two descriptors, for one thread at a time.
private final class HelperLines: Sendable {
    /// Seconds. The helper takes a tenth of one, and ten for a tool that hangs.
    private static let patience = 60.0

    private let stream: Mutex<LineStream>

    init(_ stream: LineStream) { self.stream = Mutex(stream) }

    func ask(_ request: HoldRequest) throws -> HoldAnswer {
        let line = Array(try JSONEncoder().encode(request))
        return try stream.withLock { stream in
            do {
                try stream.write(line)
                return try JSONDecoder().decode(HoldAnswer.self, from: Data(try stream.read(within: Self.patience)))
            } catch { throw Helper.Gone() }
        }
    }
}
