package dev.quilla.kubelet.runtime.process;

import dev.quilla.kubelet.runtime.libc.Libc;
import java.util.Map;

/** Signals by name, as Linux numbers them on x86-64 and aarch64. */
final class Signals {

    private static final Map<String, Integer> NUMBERS =
            Map.ofEntries(
                    Map.entry("HUP", 1),
                    Map.entry("INT", 2),
                    Map.entry("QUIT", 3),
                    Map.entry("ABRT", 6),
                    Map.entry("KILL", Libc.SIGKILL),
                    Map.entry("USR1", 10),
                    Map.entry("USR2", 12),
                    Map.entry("ALRM", 14),
                    Map.entry("TERM", Libc.SIGTERM),
                    Map.entry("CONT", 18),
                    Map.entry("STOP", 19),
                    Map.entry("WINCH", 28));
    private static final int REAL_TIME_MIN = 34;

    private Signals() {}

    /** A signal's number; that of SIGTERM for a name that is none. */
    static int number(String name) {
        String bare = name.startsWith("SIG") ? name.substring("SIG".length()) : name;
        if (bare.startsWith("RTMIN+")) {
            return REAL_TIME_MIN + Integer.parseInt(bare.substring("RTMIN+".length()));
        }
        if (!bare.isEmpty() && bare.chars().allMatch(Character::isDigit)) {
            return Integer.parseInt(bare);
        }
        return NUMBERS.getOrDefault(bare, Libc.SIGTERM);
    }
}
