package dev.quilla.server.local;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Processes that are only names. */
final class FakeProcesses implements Processes {

    /** What was started, in order. */
    final List<String> started = new ArrayList<>();

    private final Set<String> running = new HashSet<>();
    private final Map<String, Integer> looksLeft = new HashMap<>();
    private boolean startsEndAtOnce;

    /** One that runs. */
    FakeProcesses running(String name) {
        running.add(name);
        return this;
    }

    /** One that is ending: it is seen once more, and then never again. */
    FakeProcesses ending(String name) {
        running.add(name);
        looksLeft.put(name, 1);
        return this;
    }

    /** What is started from now on has ended before anybody looks. */
    FakeProcesses endAllThatIsStarted() {
        startsEndAtOnce = true;
        return this;
    }

    @Override
    public boolean runs(String name) {
        Integer left = looksLeft.computeIfPresent(name, (n, looks) -> looks - 1);
        if (left != null && left < 0) {
            looksLeft.remove(name);
            running.remove(name);
        }
        return running.contains(name);
    }

    @Override
    public void start(String name, String verb, int heapMegabytes) {
        started.add(verb + " " + name);
        if (!startsEndAtOnce) {
            running.add(name);
        }
    }

    @Override
    public String lastWords(String name) {
        return "said nothing";
    }
}
