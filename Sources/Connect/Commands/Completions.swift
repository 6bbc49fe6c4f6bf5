import ArgumentParser
import Foundation

extension TimusConnect {
    /// What a shell needs to complete our commands.
    struct Completions: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the completions of this program for a shell.",
            discussion: """
                timus-connect completions SHELL > FILE, where FILE is:

                bash: ~/.local/share/bash-completion/completions/timus-connect

                zsh: _timus-connect in a folder of $fpath, before compinit

                fish: ~/.config/fish/completions/timus-connect.fish

                They hold from the next shell that is opened.
                """
        )

        @Argument(help: "bash, zsh or fish.")
        var shell: Shell

        func run() throws {
            // As it is: the tabs in it mean something to a shell.
            let script = TimusConnect.completionScript(for: shell.completions)
            try FileHandle.standardOutput.write(contentsOf: Data("\(script)\n".utf8))
        }

        enum Shell: String, CaseIterable, ExpressibleByArgument {
            case bash
            case zsh
            case fish

            fileprivate var completions: CompletionShell {
                switch self {
                case .bash: .bash
                case .zsh: .zsh
                case .fish: .fish
                }
            }
        }
    }
}
