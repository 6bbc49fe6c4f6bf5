import Foundation
import Hummingbird

extension ControlAPI {
    func addClock<Context>(to routes: ControlRoutes<Context>) {
        routes.on(.put, "clock") { [org] body, _, _ in
            org.clockOffset = try body.number("offset_seconds")
            return clock
        }
        routes.on(.get, "clock") { _, _, _ in clock }
    }

    private var clock: Reply {
        .json { writer in
            writer.object { writer in
                writer.member("offset_seconds", JSON.number(org.clockOffset))
                writer.member("now", org.now())
            }
        }
    }

    func addRequests<Context>(to routes: ControlRoutes<Context>) {
        routes.on(.get, "requests") { [org] _, _, _ in
            let (counts, last) = (org.requests.counts, org.requests.all.suffix(1_000))
            return .json { writer in
                writer.object { writer in
                    writer.member("total", counts.total)
                    writer.object("buckets") { writer in
                        for (bucket, count) in counts.byBucket.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                            writer.member(bucket.rawValue, count)
                        }
                    }
                    writer.member("refused", counts.refused)
                    writer.array("requests") { writer in for request in last { request.write(to: &writer) } }
                }
            }
        }
        routes.on(.delete, "requests") { [org] _, _, _ in
            org.requests.clear()
            return .noContent
        }
    }
}

extension Org.AnsweredRequest {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("at", at)
            writer.member("method", method)
            writer.member("path", path)
            writer.member("query", query)
            writer.member("status", status)
            writer.member("bucket", bucket.rawValue)
        }
    }
}
