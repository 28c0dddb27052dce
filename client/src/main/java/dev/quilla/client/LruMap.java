package dev.quilla.client;

import java.util.LinkedHashMap;
import java.util.Map;

/** A map that forgets what was not asked for longest once it holds too much. */
final class LruMap<K, V> extends LinkedHashMap<K, V> {

    private static final long serialVersionUID = 1L;

    private final int sizeMax;

    LruMap(int sizeMax) {
        super(16, 0.75f, true);
        this.sizeMax = sizeMax;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > sizeMax;
    }
}
