import AsyncHTTPClient
import Foundation
import ServiceLifecycle

/// Tells event hooks what happened, by Okta's rules: several messages at once and in no order, each with a second attempt
/// where the address fails or is silent. What waits when the org stops is lost.
struct EventHookCourier: Service {
    static let mostAtOnce = 16

    let org: Org

    func run() async throws {
        try await HTTPClient.withHTTPClient(configuration: EventHookLine.configuration) { http in
            await cancelWhenGracefulShutdown { await deliver(by: http) }
        }
    }

    private func deliver(by http: HTTPClient) async {
        var randomness = SplitMix64(seed: 1)
        await withTaskGroup(of: Void.self) { tasks in
            var underWay = 0
            for await _ in org.outbox.signals() {
                try? await Task.sleep(for: org.eventHookConduct.delay)
                for message in messages(&randomness) {
                    if underWay == Self.mostAtOnce { await tasks.next() } else { underWay += 1 }
                    tasks.addTask { await deliver(message, by: http) }
                }
            }
            tasks.cancelAll()
        }
    }

    /// What waits, as it is to be sent.
    private func messages(_ randomness: inout SplitMix64) -> [EventHookMessage] {
        let conduct = org.eventHookConduct
        var parcels = org.outbox.take()
        if conduct.shuffles {
            parcels = parcels.flatMap { parcel in parcel.events.map { .init(hook: parcel.hook, events: [$0]) } }
            parcels.shuffle(using: &randomness)
        }
        var messages: [EventHookMessage] = []
        for parcel in parcels {
            let message = EventHookMessage(hook: parcel.hook, events: parcel.events)
            if Int.random(in: 0..<100, using: &randomness) < conduct.dropPercent {
                note(message, attempt: 0, nil, .dropped, after: .zero)
                continue
            }
            messages.append(message)
            if Int.random(in: 0..<100, using: &randomness) < conduct.duplicatePercent { messages.append(message) }
        }
        return messages
    }

    private func deliver(_ message: EventHookMessage, by http: HTTPClient) async {
        var writer = JSONWriter()
        message.write(to: &writer, origin: org.origin, at: org.now())
        for attempt in 1...2 {
            guard let hook = org.eventHook(message.hook), hook.isHeard else { return }
            let line = EventHookLine(http: http, timeout: org.eventHookConduct.timeout)
            let start = ContinuousClock.now
            let answer = await line.post(writer.bytes, to: hook.settings)
            if Task.isCancelled { return }
            note(message, attempt: attempt, answer.status, answer.outcome, after: .now - start)
            guard answer.outcome.asksForAnother else { return }
        }
    }

    private func note(
        _ message: EventHookMessage,
        attempt: Int,
        _ status: Int?,
        _ outcome: Org.EventHookDelivery.Outcome,
        after duration: Duration
    ) {
        org.eventHookDeliveries.note(
            Org.EventHookDelivery(
                hook: message.hook,
                eventID: message.id.uuidString.lowercased(),
                eventTypes: message.events.map(\.type.rawValue),
                at: org.now(),
                attempt: attempt,
                status: status,
                milliseconds: Int(duration / .milliseconds(1)),
                outcome: outcome
            )
        )
    }
}

extension EventHookLine.Answer {
    fileprivate var status: Int? {
        if case .status(let status, _) = self { status } else { nil }
    }

    fileprivate var outcome: Org.EventHookDelivery.Outcome {
        switch self {
        case .status(200..<300, _): .delivered
        case .status(500..., _): .failed
        case .status: .refused
        case .timedOut: .timedOut
        case .unreachable: .unreachable
        }
    }
}
