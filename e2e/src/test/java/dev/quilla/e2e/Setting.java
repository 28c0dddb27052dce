package dev.quilla.e2e;

/**
 * What a cluster under test runs pods with.
 *
 * @param basePort clusters of other settings may run at the same time, so each has ports of its own
 */
public record Setting(String runtime, String network, int basePort) {

    static final Setting DOCKER_BRIDGE = new Setting("docker", "bridge", 26443);
    static final Setting PROCESS_BRIDGE = new Setting("process", "bridge", 27443);
    static final Setting PROCESS_LOOPBACK = new Setting("process", "loopback", 28443);

    /** For the tests of the command line, which may run beside the others. */
    static final Setting COMMAND_LINE = new Setting("process", "loopback", 29443);

    /** For the tests of client libraries. */
    public static final Setting CLIENTS = new Setting("process", "loopback", 23443);

    /** For the test whose masters have settings of their own. */
    static final Setting SECURITY = new Setting("process", "loopback", 24443);

    boolean isDocker() {
        return runtime.equals("docker");
    }

    boolean isBridge() {
        return network.equals("bridge");
    }

    @Override
    public String toString() {
        return runtime + " with " + network;
    }
}
