import Foundation
import Testing

@testable import Gateway

@Suite struct `A program of the system` {
    @Test func `has no open file of ours`() async throws {
        let lock = open("/dev/null", O_RDONLY)
        defer { close(lock) }

        let numbers = try await Tool(name: "ls").run(["/proc/self/fd"])

        // The fourth is the folder that it lists.
        #expect(numbers == "0\n1\n2\n3\n")
    }

    @Test func `is given up where it hangs`() async throws {
        let start = ContinuousClock.now

        await #expect(throws: GatewayError.tool("sleep", said: "it did not end")) {
            try await Tool(name: "sleep").run(["60"])
        }

        #expect(ContinuousClock.now - start < .seconds(5))
    }

    @Test func `reads what it is given and says what it has to say`() async throws {
        let said = try await Tool(name: "cat").run([], input: "one\ntwo\n")

        #expect(said == "one\ntwo\n")
    }
}
