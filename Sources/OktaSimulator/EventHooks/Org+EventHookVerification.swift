import AsyncHTTPClient
import Foundation

extension Org {
    /// Asks the hook's address once to give back a text that nobody else knows. From then on it is told what happens.
    @discardableResult
    public func verifyEventHook(_ id: EventHook.ID) async throws(OktaFailure) -> EventHook {
        let hook = try read { (state) throws(OktaFailure) in try state.hook(id) }
        guard hook.isActive else {
            throw .validation("status", "status: The event hook must be active to be verified")
        }
        if let problem = await problemOfVerifying(hook) { throw .validation("verify", problem) }
        return try markVerified(id)
    }

    /// Nil where the address gave the text back.
    private func problemOfVerifying(_ hook: EventHook) async -> String? {
        let challenge = RandomText.secret(40)
        let timeout = eventHookConduct.timeout
        let answer = try? await HTTPClient.withHTTPClient(configuration: EventHookLine.configuration) { http in
            let line = EventHookLine(http: http, timeout: timeout)
            let first = await line.get(hook.settings, challenge: challenge)
            return first.isWorthRepeating ? await line.get(hook.settings, challenge: challenge) : first
        }
        switch answer {
        case .status(200..<300, let body):
            let said = try? JSONDecoder().decode(JSON.self, from: body)["verification"]?.string
            return said == challenge ? nil : "The answer did not hold the verification value."
        case .status(let status, _): return "The address answered with the HTTP status \(status)."
        case .timedOut: return "The address did not answer in time."
        case .unreachable, nil: return "The address could not be reached."
        }
    }
}

extension EventHookLine.Answer {
    fileprivate var isWorthRepeating: Bool {
        switch self {
        case .status(let status, _): status >= 400
        case .timedOut, .unreachable: true
        }
    }
}
