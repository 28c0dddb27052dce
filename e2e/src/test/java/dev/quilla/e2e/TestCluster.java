package dev.quilla.e2e;

import dev.quilla.model.codec.JsonTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A cluster of this checkout's build on this machine, removed when it is closed. */
public final class TestCluster implements AutoCloseable {

    private static final String SETTINGS = "masters.yaml";

    private final Setting setting;
    private final Path directory;
    private final List<String> size;

    private TestCluster(Setting setting, Path directory, List<String> size) {
        this.setting = setting;
        this.directory = directory;
        this.size = size;
    }

    /**
     * Starts three masters and two workers.
     *
     * @param size flags that ask for other numbers of them
     */
    public static TestCluster start(Setting setting, String... size) throws IOException {
        return configured(setting, "", size);
    }

    /**
     * The same, whose masters have further settings.
     *
     * @param settings in YAML; none where empty
     */
    static TestCluster configured(Setting setting, String settings, String... size)
            throws IOException {
        Path directory = Files.createTempDirectory("quilla-e2e-cluster");
        if (!settings.isEmpty()) {
            Files.writeString(directory.resolve(SETTINGS), settings);
        }
        TestCluster cluster = new TestCluster(setting, directory, List.of(size));
        try {
            cluster.up();
        } catch (AssertionError e) {
            cluster.close();
            throw e;
        }
        return cluster;
    }

    Setting setting() {
        return setting;
    }

    /** Where all of it is. */
    public Path directory() {
        return directory;
    }

    /** Starts what does not run. */
    void up() {
        List<String> flags = new ArrayList<>(size);
        flags.addAll(List.of("--runtime", setting.runtime(), "--network", setting.network()));
        flags.addAll(List.of("--base-port", Integer.toString(setting.basePort()), "--detach"));
        quilla("up", flags.toArray(String[]::new)).output();
    }

    /** Stops it and keeps its data. */
    void down() {
        quilla("down").output();
    }

    /** Runs the project's own command on this cluster. */
    Command quilla(String verb, String... words) {
        List<String> all = new ArrayList<>(List.of("./quilla", verb));
        all.addAll(List.of("--dir", directory.toString()));
        all.addAll(List.of(words));
        return Command.run(Map.of("QUILLA_NO_BUILD", "1"), all);
    }

    /** Runs one of its commands that have commands of their own, like {@code secrets rotate}. */
    Command manage(String verb, String action, String... words) {
        List<String> all = new ArrayList<>(List.of("./quilla", verb, action));
        all.addAll(List.of("--dir", directory.toString()));
        all.addAll(List.of(words));
        return Command.run(Map.of("QUILLA_NO_BUILD", "1"), all);
    }

    /** Runs kubectl as the administrator. */
    public Command kubectl(String... words) {
        return kubectlWith("", words);
    }

    /** Runs kubectl with something on its standard input. */
    public Command kubectlWith(String input, String... words) {
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "kubectl",
                                "--kubeconfig",
                                directory.resolve("kubeconfig").toString()));
        all.addAll(List.of(words));
        return Command.run(Map.of(), input, all);
    }

    /** A part of an object, or of a list, as text. */
    String path(String type, String name, String jsonPath) {
        return kubectl("get", type, name, "-o", "jsonpath={" + jsonPath + "}").output();
    }

    /** The process of the leading master, if one leads. */
    Optional<ProcessHandle> leader() {
        return members("masters").stream()
                .filter(m -> "leader".equals(m.get("role")))
                .findFirst()
                .flatMap(TestCluster::handle);
    }

    /** The process of a worker. */
    ProcessHandle worker(String name) {
        return process("workers", name);
    }

    /** The process of a master. */
    ProcessHandle master(String name) {
        return process("masters", name);
    }

    private ProcessHandle process(String which, String name) {
        return members(which).stream()
                .filter(w -> name.equals(w.get("name")))
                .findFirst()
                .flatMap(TestCluster::handle)
                .orElseThrow(() -> new AssertionError(name + " does not run"));
    }

    /** How far each master has applied the log; masters that don't answer are left out. */
    List<Long> appliedIndexes() {
        return members("masters").stream()
                .map(m -> m.get("appliedIndex"))
                .filter(Long.class::isInstance)
                .map(Long.class::cast)
                .toList();
    }

    private List<Map<?, ?>> members(String which) {
        String json = quilla("status", "-o", "json").output();
        Object report = JsonTree.parse(json.getBytes(StandardCharsets.UTF_8));
        if (report instanceof Map<?, ?> fields && fields.get(which) instanceof List<?> members) {
            return members.stream().<Map<?, ?>>map(m -> (Map<?, ?>) m).toList();
        }
        throw new AssertionError("not a status: " + json);
    }

    private static Optional<ProcessHandle> handle(Map<?, ?> member) {
        return member.get("pid") instanceof Long pid ? ProcessHandle.of(pid) : Optional.empty();
    }

    @Override
    public void close() {
        quilla("down", "--purge").output();
        try {
            if (Files.deleteIfExists(directory.resolve(SETTINGS))) {
                Files.deleteIfExists(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
