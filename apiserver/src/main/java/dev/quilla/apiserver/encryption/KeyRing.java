package dev.quilla.apiserver.encryption;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The root keys that this master holds, in memory and in its key file. Thread-safe: readers see one
 * list or the other, and changes are made one after the other.
 */
public final class KeyRing {

    private final KeyFile file;
    private volatile List<RootKey> keys;

    private KeyRing(KeyFile file, List<RootKey> keys) {
        this.file = file;
        this.keys = keys;
    }

    /**
     * The keys of a file.
     *
     * @throws IOException if it can't be read, with a message for people
     */
    public static KeyRing open(KeyFile file) throws IOException {
        return new KeyRing(file, file.read());
    }

    /** The keys; the first encrypts. */
    public List<RootKey> keys() {
        return keys;
    }

    /** The one that encrypts. */
    RootKey current() {
        return keys.getFirst();
    }

    Optional<RootKey> find(String id) {
        return keys.stream().filter(k -> k.id().equals(id)).findFirst();
    }

    /** Where the keys are kept. */
    public KeyFile file() {
        return file;
    }

    /**
     * Takes a key in, behind those that are there. One that is there stays where it is.
     *
     * @throws IllegalArgumentException if another key has that id
     * @throws IOException if it can't be kept; then nothing has changed
     */
    public synchronized void add(RootKey key) throws IOException {
        List<RootKey> kept = file.read();
        Optional<RootKey> same = kept.stream().filter(k -> k.id().equals(key.id())).findFirst();
        if (same.isPresent() && !same.get().equals(key)) {
            throw new IllegalArgumentException("another key has the id '" + key.id() + "'");
        }
        List<RootKey> next = new ArrayList<>(kept);
        if (same.isEmpty()) {
            next.add(key);
        }
        keep(next);
    }

    /**
     * Encrypts with that key from now on.
     *
     * @throws IllegalArgumentException if it is not there
     * @throws IOException if that can't be written down; then nothing has changed
     */
    public synchronized void use(String id) throws IOException {
        List<RootKey> next = new ArrayList<>(file.read());
        RootKey key =
                next.stream()
                        .filter(k -> k.id().equals(id))
                        .findFirst()
                        .orElseThrow(() ->
                                new IllegalArgumentException(
                                        "key '" + id + "' is not in " + file.path()));
        next.remove(key);
        next.addFirst(key);
        keep(next);
    }

    /**
     * Forgets a key. One that is not there is forgotten already.
     *
     * @throws IllegalArgumentException if it is the one that encrypts
     * @throws IOException if that can't be written down; then nothing has changed
     */
    public synchronized void forget(String id) throws IOException {
        List<RootKey> next = new ArrayList<>(file.read());
        if (next.getFirst().id().equals(id)) {
            throw new IllegalArgumentException("key '" + id + "' is the one that encrypts");
        }
        next.removeIf(k -> k.id().equals(id));
        keep(next);
    }

    /** Masters of one machine share a file, so that another may have changed it already. */
    private void keep(List<RootKey> next) throws IOException {
        if (!next.equals(file.read())) {
            file.write(next);
        }
        keys = List.copyOf(next);
    }
}
