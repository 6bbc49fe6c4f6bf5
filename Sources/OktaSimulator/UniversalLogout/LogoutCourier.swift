import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import ServiceLifecycle

/// Tells apps that somebody is to be signed out, one after the other, each once. What waits when the org stops is lost.
struct LogoutCourier: Service {
    let org: Org

    func run() async throws {
        try await HTTPClient.withHTTPClient(configuration: EventHookLine.configuration) { http in
            let line = EventHookLine(http: http, timeout: .seconds(10))
            await cancelWhenGracefulShutdown {
                for await _ in org.logouts.signals() {
                    for parcel in org.logouts.take() { await deliver(parcel, by: line) }
                }
            }
        }
    }

    private func deliver(_ parcel: Org.Logouts.Parcel, by line: EventHookLine) async {
        guard let person = org.person(parcel.person), let app = org.app(parcel.app), let logout = app.universalLogout,
            let message = try? LogoutMessage(person, to: app, logout, org: org)
        else { return }
        var request = HTTPClientRequest(url: logout.endpoint)
        request.method = .POST
        request.headers.add(name: "Authorization", value: "Bearer \(message.token)")
        request.headers.add(name: "Content-Type", value: "application/json")
        request.headers.add(name: "Accept", value: "application/json")
        request.body = .bytes(message.body)
        let answer = await line.answer(to: request)
        let (status, text): (Int?, String) =
            switch answer {
            case .status(let status, let body): (status, String(decoding: body.prefix(400), as: UTF8.self))
            case .timedOut: (nil, "No answer in time")
            case .unreachable: (nil, "Not reached")
            }
        org.logouts.note(
            Org.LogoutDelivery(app: app.id, person: person.id, at: org.now(), status: status, answer: text)
        )
    }
}
