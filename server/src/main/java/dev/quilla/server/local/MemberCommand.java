package dev.quilla.server.local;

import dev.quilla.store.Member;
import dev.quilla.store.Members;
import dev.quilla.store.raft.RaftStoreConfig;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code quilla member …}: who keeps the replicated state. */
@Command(
        name = "member",
        description = "Lists and changes the members of a store, or the masters of a cluster.")
final class MemberCommand implements Callable<Integer> {

    @Spec private @Nullable CommandSpec spec;

    private MemberCommand() {}

    /** The command with its own commands. */
    static CommandLine line(PrintStream out) {
        return new CommandLine(new MemberCommand())
                .addSubcommand("list", new ListMembers(out))
                .addSubcommand("add", new Add(out))
                .addSubcommand("promote", new Promote(out))
                .addSubcommand("remove", new Remove(out))
                .addSubcommand("transfer", new Transfer(out))
                .addSubcommand("recover", new Recover(out));
    }

    @Override
    public Integer call() {
        throw new ParameterException(
                Objects.requireNonNull(spec).commandLine(),
                "say what to do: quilla member list, add, promote, remove, transfer or recover");
    }

    private abstract static class OfMembers implements Callable<Integer> {

        final PrintStream out;

        @Option(
                names = "--dir",
                defaultValue = ".quilla",
                description = "where a store or a cluster of this machine lives")
        private Path dir = Path.of(".quilla");

        @Option(
                names = "--config",
                description = "instead: the file that a member of any machine runs with")
        private @Nullable Path config;

        @Spec private @Nullable CommandSpec spec;

        OfMembers(PrintStream out) {
            this.out = out;
        }

        /** The member whose file was given. */
        Optional<RaftStoreConfig> file() {
            return Optional.ofNullable(config).map(MemberFile::read);
        }

        ClusterDirectory directory() {
            return new ClusterDirectory(dir);
        }

        LocalMembership local() {
            ClusterDirectory directory = directory();
            return new LocalMembership(directory, new Launcher(directory), out);
        }

        Members connect() {
            return file().map(MemberFile::connect).orElseGet(() -> local().connect());
        }

        String clusterId() {
            return file().map(RaftStoreConfig::clusterId)
                    .orElseGet(() -> Site.in(directory()).clusterId());
        }

        ParameterException wrongUsage(String message) {
            return new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
        }
    }

    @Command(name = "list", description = "Says who the members are, and how they are doing.")
    private static final class ListMembers extends OfMembers {

        @Option(names = "-o", defaultValue = "text", description = "text or json")
        private String format = "text";

        ListMembers(PrintStream out) {
            super(out);
        }

        @Override
        public Integer call() {
            if (!List.of("text", "json").contains(format)) {
                throw wrongUsage("-o is text or json, not '" + format + "'");
            }
            try (Members members = connect()) {
                new MemberList(clusterId(), members).print(out, format.equals("json"));
            }
            return 0;
        }
    }

    @Command(
            name = "add",
            description =
                    "Takes in a new member, once it holds what the others hold. With --dir it is"
                            + " made and started here; with --config it is the one that runs with"
                            + " that file, which says join: true.")
    private static final class Add extends OfMembers {

        @Parameters(
                arity = "0..1",
                paramLabel = "NAME",
                description = "with --dir: member-4, or master-4; the first that is free")
        private @Nullable String name;

        @Option(names = "--learner", description = "it follows without a vote until it is promoted")
        private boolean learner;

        @Option(names = "--timeout", defaultValue = "300s", description = "how long to wait; 300s")
        private Duration timeout = Duration.ofSeconds(300);

        Add(PrintStream out) {
            super(out);
        }

        @Override
        public Integer call() throws IOException, InterruptedException {
            Optional<RaftStoreConfig> file = file();
            if (file.isEmpty()) {
                local().add(Optional.ofNullable(name), learner, timeout);
                return 0;
            }
            if (name != null) {
                throw wrongUsage("the file given with --config says what the member is called");
            }
            RaftStoreConfig joins = file.get();
            try (Members members = MemberFile.connect(joins)) {
                Member member = members.add(joins.self().address(), learner, timeout);
                out.println(
                        member.name()
                                + " has joined"
                                + (learner ? " as a learner" : "")
                                + ", at "
                                + member.address());
            }
            return 0;
        }
    }

    @Command(name = "promote", description = "Gives a learner its vote.")
    private static final class Promote extends OfOne {

        Promote(PrintStream out) {
            super(out);
        }

        @Override
        public Integer call() {
            try (Members members = connect()) {
                members.promote(name());
            }
            out.println(name() + " has a vote");
            return 0;
        }
    }

    @Command(
            name = "remove",
            description = "Takes a member out; with --dir its process and data too.")
    private static final class Remove extends OfOne {

        Remove(PrintStream out) {
            super(out);
        }

        @Override
        public Integer call() throws IOException {
            Optional<RaftStoreConfig> file = file();
            if (file.isEmpty()) {
                local().remove(name());
                return 0;
            }
            try (Members members = MemberFile.connect(file.get())) {
                out.println(members.remove(name()).name() + " is no member any more");
            }
            return 0;
        }
    }

    @Command(name = "transfer", description = "Makes a member the leader.")
    private static final class Transfer extends OfOne {

        Transfer(PrintStream out) {
            super(out);
        }

        @Override
        public Integer call() {
            try (Members members = connect()) {
                members.transfer(name());
            }
            out.println(name() + " leads");
            return 0;
        }
    }

    @Command(
            name = "recover",
            description =
                    "Makes one stopped member the only one, when most are gone for good. With --dir"
                            + " the one that has the most; with --config the one whose file it is.")
    private static final class Recover extends OfMembers {

        @Parameters(
                arity = "0..1",
                paramLabel = "NAME",
                description = "with --dir: this one and no other")
        private @Nullable String name;

        @Option(
                names = "--compare",
                paramLabel = "DIR",
                description = "with --config: another member's data, which must not be newer")
        private List<Path> others = List.of();

        @Option(names = "--force", description = "also where something is lost by it")
        private boolean force;

        Recover(PrintStream out) {
            super(out);
        }

        @Override
        public Integer call() throws IOException, InterruptedException {
            Optional<RaftStoreConfig> file = file();
            if (file.isPresent()) {
                new MemberRecovery(file.get(), out).run(others, force);
            } else {
                new LocalRecovery(directory(), new Launcher(directory()), out)
                        .run(Optional.ofNullable(name), force);
            }
            return 0;
        }
    }

    private abstract static class OfOne extends OfMembers {

        @Parameters(paramLabel = "NAME", description = "as quilla member list has it")
        private @Nullable String name;

        OfOne(PrintStream out) {
            super(out);
        }

        String name() {
            return Objects.requireNonNull(name);
        }
    }
}
