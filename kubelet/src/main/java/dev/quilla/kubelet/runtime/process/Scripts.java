package dev.quilla.kubelet.runtime.process;

import dev.quilla.kubelet.runtime.ContainerSpec;
import dev.quilla.kubelet.runtime.Mount;
import dev.quilla.kubelet.runtime.Security;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The shell scripts that bring a program into its surroundings. */
final class Scripts {

    static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /** What a container may do that asks for nothing: the set that container engines agree on. */
    private static final List<String> CAPABILITIES =
            List.of(
                    "CHOWN",
                    "DAC_OVERRIDE",
                    "FOWNER",
                    "FSETID",
                    "KILL",
                    "SETGID",
                    "SETUID",
                    "SETPCAP",
                    "NET_BIND_SERVICE",
                    "NET_RAW",
                    "SYS_CHROOT",
                    "MKNOD",
                    "AUDIT_WRITE",
                    "SETFCAP");

    private Scripts() {}

    /** Holds a sandbox's namespaces. */
    static String pause(Path directory, Map<String, String> sandbox) {
        StringBuilder text = new StringBuilder("read pid rest </proc/self/stat\n");
        text.append("ip link set lo up || exit 1\n");
        text.append("printf '%s' ")
                .append(ShellText.word(sandbox.getOrDefault("hostname", "")))
                .append(" >/proc/sys/kernel/hostname\n");
        Records.unprefixed("sysctl.", sandbox)
                .forEach((name, value) ->
                        text.append("printf '%s' ")
                                .append(ShellText.word(value))
                                .append(" >/proc/sys/")
                                .append(ShellText.word(name.replace('.', '/')))
                                .append(" || exit 1\n"));
        return text.append("printf '%s\\n' \"$pid\" >pause.new && mv pause.new pause\n")
                .append("exec sleep 2147483647\n")
                .toString()
                .replace("pause.new", ShellText.word(directory.resolve("pause.new").toString()))
                .replace(
                        " pause\n",
                        " " + ShellText.word(directory.resolve("pause").toString()) + "\n");
    }

    /** The command line in front of a program that enters a sandbox's shared namespaces. */
    static List<String> enterSandbox(long pause, Map<String, String> sandbox) {
        String namespaces = "/proc/" + pause + "/ns/";
        List<String> words =
                new ArrayList<>(
                        List.of(
                                "nsenter",
                                "--net=" + namespaces + "net",
                                "--uts=" + namespaces + "uts"));
        if (!SandboxFiles.is(sandbox, "hostIpc")) {
            words.add("--ipc=" + namespaces + "ipc");
        }
        if (SandboxFiles.is(sandbox, "sharedPid")) {
            words.add("--pid=" + namespaces + "pid");
        }
        return words;
    }

    /**
     * From the shim to the container's first program.
     *
     * @param enter words that enter the sandbox; empty for none
     * @param joins files of control groups
     * @param oomScore its place when the machine is out of memory
     */
    static String enter(
            ContainerFiles files,
            List<String> enter,
            Map<String, String> sandbox,
            List<Path> joins,
            int oomScore,
            Confinement confinement) {
        StringBuilder text = new StringBuilder();
        joins(joins, text);
        if (oomScore != 0) {
            text.append("echo ")
                    .append(oomScore)
                    .append(" >/proc/self/oom_score_adj 2>/dev/null\n");
        }
        List<String> words = new ArrayList<>(enter);
        String init = files.init().toString();
        if (confinement == Confinement.NAMESPACES && ownProcesses(sandbox)) {
            // The shell's one child is the first process of the new namespace; unshare's own --fork
            // gets a killed child's exit code wrong in util-linux 2.38.
            String body = "/bin/sh " + ShellText.word(init) + "; exit $?";
            words.addAll(List.of("unshare", "--mount", "--pid", "/bin/sh", "-c", body));
        } else if (confinement == Confinement.NAMESPACES) {
            words.addAll(List.of("unshare", "--mount", "/bin/sh", init));
        } else if (confinement == Confinement.OWN_ROOT) {
            words.addAll(
                    List.of("unshare", "--user", "--map-root-user", "--mount", "/bin/sh", init));
        } else {
            words.addAll(List.of("/bin/sh", init));
        }
        return text.append("exec ").append(ShellText.words(words)).append('\n').toString();
    }

    /**
     * From the kubelet to a program beside the container's own.
     *
     * @param joins files of control groups
     */
    static String execEnter(ContainerFiles files, List<Path> joins, Confinement confinement) {
        StringBuilder text = new StringBuilder("pid=$1; shift\n");
        joins(joins, text);
        String script = ShellText.word(files.exec().toString());
        // Opened before: something may be mounted over its path in there.
        text.append(
                switch (confinement) {
                    case NAMESPACES ->
                            "exec 8<"
                                    + script
                                    + "\nexec nsenter -t \"$pid\" -m -u -i -n -p"
                                    + " /bin/sh /proc/self/fd/8";
                    case OWN_ROOT ->
                            "exec 8<"
                                    + script
                                    + "\nexec nsenter -t \"$pid\" --preserve-credentials -U -m"
                                    + " /bin/sh /proc/self/fd/8";
                    case NONE -> "exec /bin/sh " + script;
                });
        return text.append(" \"$@\"\n").toString();
    }

    private static void joins(List<Path> joins, StringBuilder text) {
        joins.forEach(
                j -> text.append("echo 0 >").append(ShellText.word(j.toString())).append('\n'));
    }

    static boolean ownProcesses(Map<String, String> sandbox) {
        return !SandboxFiles.is(sandbox, "hostPid") && !SandboxFiles.is(sandbox, "sharedPid");
    }

    /** The container's first program: mounts, then becomes what was asked for. */
    static String init(
            ContainerFiles files,
            ContainerSpec spec,
            Map<String, String> sandbox,
            List<Mount> mounts,
            Confinement confinement)
            throws IOException {
        StringBuilder text = new StringBuilder();
        // The directory stays at hand by this descriptor, whatever is mounted over its path.
        text.append("exec 8<").append(ShellText.word(files.root().toString())).append('\n');
        text.append("fail() { printf '%s\\n' \"$1\" >/proc/self/fd/8/problem; exit 128; }\n");
        // Before a /proc of its own is mounted: this one tells the number that the machine uses.
        text.append("read pid rest </proc/self/stat\n");
        if (confinement == Confinement.OWN_ROOT) {
            OwnRoot.script(files, mounts, text);
        }
        if (confinement == Confinement.NAMESPACES) {
            if (!SandboxFiles.is(sandbox, "hostPid")) {
                text.append("mount -t proc proc /proc || fail 'cannot mount /proc'\n");
            }
            ContainerMounts.script(files, mounts, text);
            if (spec.security().readOnlyRootFilesystem()) {
                text.append("mount -o remount,bind,ro / || fail 'cannot make / read-only'\n");
            }
        }
        text.append("cd ")
                .append(ShellText.word(spec.workingDir().isEmpty() ? "/" : spec.workingDir()))
                .append(" || fail 'cannot enter the working directory'\n");
        text.append("printf '%s\\n' \"$pid\" >/proc/self/fd/8/pid.new")
                .append(" && mv /proc/self/fd/8/pid.new /proc/self/fd/8/pid\n");
        return text.append("exec ")
                .append(ShellText.words(become(spec, confinement)))
                .append(' ')
                .append(ShellText.words(spec.command()))
                .append(' ')
                .append(ShellText.words(spec.args()))
                .append(" 8<&-\n")
                .toString();
    }

    /** For {@code exec}: takes a program and its arguments as its own. */
    static String exec(ContainerSpec spec, Confinement confinement) {
        return "cd "
                + ShellText.word(spec.workingDir().isEmpty() ? "/" : spec.workingDir())
                + " 2>/dev/null\nexec "
                + ShellText.words(become(spec, confinement))
                + " \"$@\" 8<&-\n";
    }

    private static List<String> become(ContainerSpec spec, Confinement confinement) {
        List<String> words = new ArrayList<>();
        switch (confinement) {
            case NAMESPACES -> words.addAll(privileges(spec.security()));
            case OWN_ROOT -> words.addAll(List.of("setpriv", "--bounding-set=-all"));
            case NONE -> {}
        }
        words.addAll(List.of("env", "-i"));
        if (!spec.environment().containsKey("PATH")) {
            words.add("PATH=" + PATH);
        }
        spec.environment().forEach((k, v) -> words.add(k + "=" + v));
        return words;
    }

    private static List<String> privileges(Security security) {
        List<String> words = new ArrayList<>(List.of("setpriv"));
        security.user().ifPresent(u -> words.add("--reuid=" + u));
        security.group().ifPresent(g -> words.add("--regid=" + g));
        if (!security.supplementalGroups().isEmpty()) {
            words.add(
                    "--groups="
                            + String.join(
                                    ",",
                                    security.supplementalGroups().stream()
                                            .map(String::valueOf)
                                            .toList()));
        } else if (security.user().isPresent() || security.group().isPresent()) {
            words.add("--clear-groups");
        }
        if (security.noNewPrivileges()) {
            words.add("--no-new-privs");
        }
        if (!security.privileged()) {
            words.add("--bounding-set=" + bounding(security));
        }
        return words.size() == 1 ? List.of() : words;
    }

    private static String bounding(Security security) {
        Set<String> kept = new LinkedHashSet<>(CAPABILITIES);
        if (names(security.dropCapabilities()).contains("ALL")) {
            kept.clear();
        }
        kept.removeAll(names(security.dropCapabilities()));
        List<String> added = names(security.addCapabilities());
        if (added.contains("ALL")) {
            return "+all";
        }
        kept.addAll(added);
        StringBuilder text = new StringBuilder("-all");
        kept.forEach(c -> text.append(",+").append(c.toLowerCase(Locale.ROOT)));
        return text.toString();
    }

    private static List<String> names(List<String> capabilities) {
        return capabilities.stream()
                .map(c -> c.startsWith("CAP_") ? c.substring("CAP_".length()) : c)
                .toList();
    }

    /** Where a program is found, as {@code execvp} looks; the given text if it isn't. */
    static boolean canRun(String program, ContainerSpec spec) {
        if (program.contains("/")) {
            Path path =
                    Path.of(spec.workingDir().isEmpty() ? "/" : spec.workingDir()).resolve(program);
            return Files.isExecutable(path) && !Files.isDirectory(path)
                    || spec.mounts().stream().anyMatch(m -> path.startsWith(m.target()));
        }
        for (String directory : spec.environment().getOrDefault("PATH", PATH).split(":")) {
            if (Files.isExecutable(Path.of(directory, program))) {
                return true;
            }
        }
        return false;
    }
}
