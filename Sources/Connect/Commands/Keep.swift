import ArgumentParser
import ConnectAPI
import Dispatch
import Foundation

extension TimusConnect {
    /// What stays when `connect` has ended. Standard input and output lead to the root helper; descriptor 3 tells which connection
    /// it is, and 4 is the folder's lock.
    struct Keep: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Keep a tunnel, for timus-connect connect.",
            shouldDisplay: false
        )

        @OptionGroup var common: CommonOptions

        func run() async throws {
            for ignored in [SIGPIPE, SIGHUP, SIGINT] { signal(ignored, SIG_IGN) }
            chdir("/")
            let folder = common.folder
            guard isatty(STDIN_FILENO) == 0,
                let told = try? FileHandle(fileDescriptor: 3).readToEnd(),
                let connection = try? ConnectJSON.message(OpenConnection.self, from: told),
                let session = try folder.read(SavedSession.self, from: SavedSession.file)
            else {
                throw ConnectError.wrongUse(
                    "keep is for timus-connect itself",
                    hint: "See timus-connect connect --help"
                )
            }
            let helper = Helper(input: STDIN_FILENO, output: STDOUT_FILENO)
            let keeper = Keeper(connection, for: session, in: folder, helper: helper)
            let (ends, end) = AsyncStream.makeStream(of: Void.self)
            signal(SIGTERM, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: SIGTERM)
            source.setEventHandler { end.yield() }
            source.resume()
            await keeper.run(until: ends)
            source.cancel()
        }
    }
}
