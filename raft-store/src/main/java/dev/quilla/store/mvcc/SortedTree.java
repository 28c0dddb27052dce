package dev.quilla.store.mvcc;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A sorted map of values that know their keys. It never changes: an edit makes a new map that
 * shares all but a path of nodes with the old one. A B-tree, after Bayer and McCreight,
 * "Organization and maintenance of large ordered indexes" (1972): besides its value, an entry takes
 * about six bytes.
 */
final class SortedTree<K extends Comparable<K>, V> {

    private final Function<V, K> keyOf;
    private final TreeNode<V> root;

    private SortedTree(Function<V, K> keyOf, TreeNode<V> root) {
        this.keyOf = keyOf;
        this.root = root;
    }

    /** An empty map. */
    static <K extends Comparable<K>, V> SortedTree<K, V> by(Function<V, K> keyOf) {
        return new SortedTree<>(keyOf, TreeNode.empty());
    }

    /**
     * A map of values that are in the order of their keys already: much faster than one after the
     * other.
     *
     * @throws IllegalArgumentException if they are not
     */
    static <K extends Comparable<K>, V> SortedTree<K, V> ofSorted(
            List<V> values, Function<V, K> keyOf) {
        for (int i = 1; i < values.size(); i++) {
            if (keyOf.apply(values.get(i - 1)).compareTo(keyOf.apply(values.get(i))) >= 0) {
                throw new IllegalArgumentException("it is not in order");
            }
        }
        return new SortedTree<>(keyOf, TreeNode.of(values));
    }

    int size() {
        return root.size();
    }

    @Nullable V get(K key) {
        TreeNode<V> node = root;
        while (true) {
            int at = search(node, key);
            if (at >= 0) {
                return node.value(at);
            }
            if (node.isLeaf()) {
                return null;
            }
            node = node.child(~at);
        }
    }

    /** With a value in place of the one of the same key, if there is one. */
    SortedTree<K, V> with(V value) {
        return new SortedTree<>(keyOf, put(root, keyOf.apply(value), value).asRoot());
    }

    SortedTree<K, V> without(K key) {
        return get(key) == null ? this : new SortedTree<>(keyOf, remove(root, key).asRoot());
    }

    @Nullable V first() {
        TreeNode<V> node = root;
        while (!node.isLeaf()) {
            node = node.child(0);
        }
        return node.count() == 0 ? null : node.value(0);
    }

    /** Without its first value; it must not be empty. */
    SortedTree<K, V> withoutFirst() {
        return new SortedTree<>(keyOf, removeFirst(root).asRoot());
    }

    /** Visits values in order, from a key on, until the visitor says that it has enough. */
    void forEachFrom(K from, Predicate<V> goesOn) {
        visit(root, from, goesOn);
    }

    /** Visits all values in order. */
    void forEach(Consumer<V> visitor) {
        visitAll(
                root,
                value -> {
                    visitor.accept(value);
                    return true;
                });
    }

    /** How many keys come before a key. */
    int rank(K key) {
        int before = 0;
        TreeNode<V> node = root;
        while (true) {
            int at = search(node, key);
            int place = at < 0 ? ~at : at;
            before += place;
            if (node.isLeaf()) {
                return before;
            }
            for (int i = 0; i < place; i++) {
                before += node.child(i).size();
            }
            if (at >= 0) {
                return before + node.child(place).size();
            }
            node = node.child(place);
        }
    }

    /** Where a key is in a node, or the complement of where it would be. */
    private int search(TreeNode<V> node, K key) {
        int from = 0;
        int to = node.count();
        while (from < to) {
            int middle = (from + to) >>> 1;
            int side = key.compareTo(keyOf.apply(node.value(middle)));
            if (side == 0) {
                return middle;
            }
            if (side < 0) {
                to = middle;
            } else {
                from = middle + 1;
            }
        }
        return ~from;
    }

    private boolean visit(TreeNode<V> node, K from, Predicate<V> goesOn) {
        int at = search(node, from);
        if (at >= 0) {
            return visitFrom(node, at, goesOn);
        }
        return (node.isLeaf() || visit(node.child(~at), from, goesOn))
                && visitFrom(node, ~at, goesOn);
    }

    private static <V> boolean visitFrom(TreeNode<V> node, int first, Predicate<V> goesOn) {
        for (int i = first; i < node.count(); i++) {
            if (!goesOn.test(node.value(i))
                    || (!node.isLeaf() && !visitAll(node.child(i + 1), goesOn))) {
                return false;
            }
        }
        return true;
    }

    private static <V> boolean visitAll(TreeNode<V> node, Predicate<V> goesOn) {
        return (node.isLeaf() || visitAll(node.child(0), goesOn)) && visitFrom(node, 0, goesOn);
    }

    private TreeNode<V> put(TreeNode<V> node, K key, V value) {
        int at = search(node, key);
        if (at >= 0) {
            return node.withValue(at, value);
        }
        return node.isLeaf()
                ? node.withInserted(~at, value)
                : node.withChild(~at, put(node.child(~at), key, value));
    }

    /** Without a key that is there. */
    private TreeNode<V> remove(TreeNode<V> node, K key) {
        int at = search(node, key);
        if (node.isLeaf()) {
            return node.withoutValue(at);
        }
        if (at < 0) {
            return node.withChild(~at, remove(node.child(~at), key));
        }
        V before = last(node.child(at));
        return node.withValue(at, before)
                .withChild(at, remove(node.child(at), keyOf.apply(before)));
    }

    private static <V> TreeNode<V> removeFirst(TreeNode<V> node) {
        return node.isLeaf() ? node.withoutValue(0) : node.withChild(0, removeFirst(node.child(0)));
    }

    private static <V> V last(TreeNode<V> node) {
        TreeNode<V> last = node;
        while (!last.isLeaf()) {
            last = last.child(last.count());
        }
        return last.value(last.count() - 1);
    }
}
