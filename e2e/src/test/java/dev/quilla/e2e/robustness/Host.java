package dev.quilla.e2e.robustness;

import dev.quilla.e2e.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Hosts on one machine: network namespaces, with a switch that is one as well, so that no rules of
 * this machine's own (Docker's, for one) come between them.
 */
final class Host {

    private static final String SWITCH = "quilla-switch";
    private static final String BRIDGE = "bridge0";

    private Host() {}

    /** Makes a switch, to which this machine is joined too; one that a run has left is replaced. */
    static void makeSwitch(String device, String address) {
        removeSwitch();
        ip("netns", "add", SWITCH);
        ip("-n", SWITCH, "link", "add", BRIDGE, "type", "bridge");
        ip("-n", SWITCH, "link", "set", BRIDGE, "up");
        ip("link", "add", device, "type", "veth", "peer", "name", "machine", "netns", SWITCH);
        ip("-n", SWITCH, "link", "set", "machine", "master", BRIDGE, "up");
        ip("address", "add", address, "dev", device);
        ip("link", "set", device, "up");
    }

    static void removeSwitch() {
        tryTo(List.of("ip", "netns", "delete", SWITCH));
    }

    /** Makes a host at the switch; one of that name that a run has left is replaced. */
    static void make(String name, String address) {
        remove(name);
        ip("netns", "add", name);
        ip(
                "-n", SWITCH, "link", "add", name, "type", "veth", "peer", "name", "eth0", "netns",
                name);
        ip("-n", SWITCH, "link", "set", name, "master", BRIDGE, "up");
        ip("-n", name, "link", "set", "lo", "up");
        ip("-n", name, "address", "add", address, "dev", "eth0");
        ip("-n", name, "link", "set", "eth0", "up");
    }

    /** Moves a device of this machine to a host, and gives it an address there. */
    static void takeDevice(String name, String device, String address) {
        ip("link", "set", device, "netns", name);
        ip("-n", name, "address", "add", address, "dev", device);
        ip("-n", name, "link", "set", device, "up");
    }

    static void remove(String name) {
        tryTo(List.of("ip", "netns", "delete", name));
    }

    /** The words that run a program on a host. */
    static List<String> words(String name, String... program) {
        List<String> words = new ArrayList<>(List.of("ip", "netns", "exec", name));
        words.addAll(List.of(program));
        return words;
    }

    private static void ip(String... arguments) {
        List<String> words = new ArrayList<>(List.of("ip"));
        words.addAll(List.of(arguments));
        run(words);
    }

    /** Runs a program that may fail, where that is no matter. */
    static void tryTo(List<String> words) {
        Command.run(Map.of(), words);
    }

    /** Runs a program that must succeed. */
    static void run(List<String> words) {
        Command.run(Map.of(), words).output();
    }
}
