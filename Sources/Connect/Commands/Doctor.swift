import ArgumentParser
import Foundation

extension TimusConnect {
    /// Looks at all that a tunnel needs, and says what to do about what is missing.
    struct Doctor: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check this machine, the server and the tunnel.",
            discussion: """
                Nothing is changed, and no rights are needed. Each line is ok, a warning, failed, or not checked, with what to \
                do about it. Exit status: 0 where nothing failed, else 1.
                """
        )

        @OptionGroup var serverOption: ServerOption
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let folder = common.folder
            async let server = server()
            async let session = SessionFacts.read(folder)
            let examination = Examination(
                machine: .read(environment: common.environment),
                folder: .read(folder),
                path: folder.path,
                server: try await server,
                session: await session,
                tunnel: TunnelFacts(TunnelSwitch.ofMachine(folder, environment: common.environment).state()),
                now: Date()
            )
            try answer(examination)
            guard examination.failures == 0 else { throw ExitCode(1) }
        }

        private func server() async throws -> Examination.ServerKnown {
            do {
                return .yes(try await .asked(try serverOption.address(common)))
            } catch ConnectError.noServer {
                return .none
            } catch let error as ConnectError {
                return .wrong(error)
            }
        }

        private func answer(_ examination: Examination) throws {
            if common.json { return try Terminal.answer(json: Answer(examination)) }
            for finding in examination.findings {
                Terminal.answer("\(finding.status.padded)  \(finding.name): \(finding.sentence)")
                if let remedy = finding.remedy { Terminal.answer("             \(remedy)") }
            }
            Terminal.answer(examination.verdict)
        }

        private struct Answer: Encodable {
            let checks: [Check]
            let failed: Int
            let warnings: Int

            init(_ examination: Examination) {
                checks = examination.findings.map(Check.init)
                failed = examination.failures
                warnings = examination.warnings
            }
        }

        private struct Check: Encodable {
            let id: String
            let name: String
            let status: Finding.Status
            let sentence: String
            @OrNull var remedy: String?

            init(_ finding: Finding) {
                id = finding.id
                name = finding.name
                status = finding.status
                sentence = finding.sentence
                _remedy = OrNull(wrappedValue: finding.remedy)
            }
        }
    }
}

extension Finding.Status {
    fileprivate var padded: String {
        let word = self == .unchecked ? "not checked" : rawValue
        return word.padding(toLength: 11, withPad: " ", startingAt: 0)
    }
}

extension Examination {
    fileprivate var verdict: String {
        switch (failures, warnings) {
        case (0, 0): "Nothing is wrong."
        case (0, let warnings): "Nothing failed; \(warnings) to look at."
        case (let failures, _): "\(failures) of \(findings.count) checks failed."
        }
    }
}
