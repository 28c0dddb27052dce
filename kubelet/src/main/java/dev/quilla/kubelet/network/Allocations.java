package dev.quilla.kubelet.network;

import dev.quilla.kubelet.runtime.PodKey;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which pod has which address: a file an address, in a directory. What is given is written first,
 * so no address is given twice whenever the kubelet ends. Addresses are given in turn, so that one
 * just taken back rests for as long as possible. All state is under the object's lock.
 */
final class Allocations {

    /** The node's own address comes first in its range; zero and the last are left alone. */
    private static final int FIRST = 2;

    private final Cidr range;
    private final Path directory;
    private final Map<String, Long> byUid = new HashMap<>();
    private long next = FIRST;

    private Allocations(Cidr range, Path directory) {
        this.range = range;
        this.directory = directory;
    }

    /** Opens a directory; what was given before holds. */
    static Allocations open(Cidr range, Path directory) throws IOException {
        Files.createDirectories(directory);
        Allocations allocations = new Allocations(range, directory);
        List<Path> files = new ArrayList<>();
        try (Stream<Path> found = Files.list(directory)) {
            found.filter(f -> !f.getFileName().toString().endsWith(".new")).forEach(files::add);
        }
        files.sort(Comparator.comparing(f -> f.toFile().lastModified()));
        for (Path file : files) {
            allocations.load(file);
        }
        return allocations;
    }

    private void load(Path file) throws IOException {
        InetAddress address = InetAddress.ofLiteral(file.getFileName().toString());
        if (!range.contains(address)) {
            // The node was given another range; the pods of the old one are made anew.
            Files.deleteIfExists(file);
            return;
        }
        long index = Integer.toUnsignedLong(Cidr.number(address) - range.first());
        byUid.put(Files.readAllLines(file).getFirst(), index);
        next = index + 1;
    }

    /**
     * The pod's address: the one that it has, or a new one.
     *
     * @throws IOException if none is free or it can't be written down
     */
    synchronized InetAddress allocate(PodKey pod) throws IOException {
        Long known = byUid.get(pod.uid());
        if (known != null) {
            return range.address(known);
        }
        long last = range.size() - 2;
        for (long tries = FIRST; tries <= last; tries++) {
            long index = next > last || next < FIRST ? FIRST : next;
            next = index + 1;
            if (!byUid.containsValue(index)) {
                write(index, pod);
                byUid.put(pod.uid(), index);
                return range.address(index);
            }
        }
        throw new IOException("no pod address is free in " + range);
    }

    synchronized Optional<InetAddress> find(String uid) {
        return Optional.ofNullable(byUid.get(uid)).map(range::address);
    }

    synchronized void release(String uid) throws IOException {
        Long index = byUid.get(uid);
        if (index != null) {
            Files.deleteIfExists(file(index));
            byUid.remove(uid);
        }
    }

    synchronized Map<String, PodAddress> all() {
        Map<String, PodAddress> all = new HashMap<>();
        byUid.forEach((uid, index) -> all.put(uid, new PodAddress(range.address(index))));
        return all;
    }

    synchronized void clear() throws IOException {
        for (String uid : List.copyOf(byUid.keySet())) {
            release(uid);
        }
    }

    private void write(long index, PodKey pod) throws IOException {
        Path file = file(index);
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(fresh, String.join("\n", pod.uid(), pod.namespace(), pod.name()) + "\n");
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private Path file(long index) {
        return directory.resolve(range.address(index).getHostAddress());
    }
}
