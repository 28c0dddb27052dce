package dev.quilla.store.mvcc;

import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A sorted map that never changes: an edit makes a new map that shares all but a path of nodes with
 * the old one. A weight-balanced binary tree after Adams, "Efficient sets: a balancing act" (1993),
 * with the parameters of Hirai and Yamamoto (2011).
 */
final class SortedTree<K extends Comparable<K>, V> {

    private static final int DELTA = 3;
    private static final int RATIO = 2;

    private record Node<K, V>(
            K key, V value, @Nullable Node<K, V> left, @Nullable Node<K, V> right, int size) {}

    private final @Nullable Node<K, V> root;

    private SortedTree(@Nullable Node<K, V> root) {
        this.root = root;
    }

    static <K extends Comparable<K>, V> SortedTree<K, V> empty() {
        return new SortedTree<>(null);
    }

    /**
     * A map of values that are in the order of their keys already: much faster than one after the
     * other.
     *
     * @throws IllegalArgumentException if they are not
     */
    static <K extends Comparable<K>, V> SortedTree<K, V> ofSorted(
            List<V> values, Function<V, K> key) {
        for (int i = 1; i < values.size(); i++) {
            if (key.apply(values.get(i - 1)).compareTo(key.apply(values.get(i))) >= 0) {
                throw new IllegalArgumentException("it is not in order");
            }
        }
        return new SortedTree<>(balanced(values, key));
    }

    private static <K, V> @Nullable Node<K, V> balanced(List<V> values, Function<V, K> key) {
        if (values.isEmpty()) {
            return null;
        }
        int middle = values.size() / 2;
        V value = values.get(middle);
        return new Node<>(
                key.apply(value),
                value,
                balanced(values.subList(0, middle), key),
                balanced(values.subList(middle + 1, values.size()), key),
                values.size());
    }

    int size() {
        return size(root);
    }

    @Nullable V get(K key) {
        Node<K, V> node = root;
        while (node != null) {
            int side = key.compareTo(node.key());
            if (side == 0) {
                return node.value();
            }
            node = side < 0 ? node.left() : node.right();
        }
        return null;
    }

    SortedTree<K, V> with(K key, V value) {
        return new SortedTree<>(put(root, key, value));
    }

    SortedTree<K, V> without(K key) {
        return get(key) == null ? this : new SortedTree<>(remove(root, key));
    }

    @Nullable K firstKey() {
        Node<K, V> node = root;
        K key = null;
        while (node != null) {
            key = node.key();
            node = node.left();
        }
        return key;
    }

    /** Visits values in order, from a key on, until the visitor says that it has enough. */
    void forEachFrom(K from, Predicate<V> goesOn) {
        visit(root, from, goesOn);
    }

    /** Visits all values in order. */
    void forEach(java.util.function.Consumer<V> visitor) {
        visitAll(root, visitor);
    }

    /** How many keys come before a key. */
    int rank(K key) {
        int before = 0;
        Node<K, V> node = root;
        while (node != null) {
            int side = key.compareTo(node.key());
            if (side <= 0) {
                node = node.left();
            } else {
                before += size(node.left()) + 1;
                node = node.right();
            }
        }
        return before;
    }

    private static <K extends Comparable<K>, V> boolean visit(
            @Nullable Node<K, V> node, K from, Predicate<V> goesOn) {
        if (node == null) {
            return true;
        }
        if (node.key().compareTo(from) < 0) {
            return visit(node.right(), from, goesOn);
        }
        return visit(node.left(), from, goesOn)
                && goesOn.test(node.value())
                && visit(node.right(), from, goesOn);
    }

    private static <K, V> void visitAll(
            @Nullable Node<K, V> node, java.util.function.Consumer<V> visitor) {
        if (node != null) {
            visitAll(node.left(), visitor);
            visitor.accept(node.value());
            visitAll(node.right(), visitor);
        }
    }

    private static int size(@Nullable Node<?, ?> node) {
        return node == null ? 0 : node.size();
    }

    private static <K extends Comparable<K>, V> Node<K, V> put(
            @Nullable Node<K, V> node, K key, V value) {
        if (node == null) {
            return new Node<>(key, value, null, null, 1);
        }
        int side = key.compareTo(node.key());
        if (side == 0) {
            return new Node<>(key, value, node.left(), node.right(), node.size());
        }
        return side < 0
                ? balanced(node, put(node.left(), key, value), node.right())
                : balanced(node, node.left(), put(node.right(), key, value));
    }

    private static <K extends Comparable<K>, V> @Nullable Node<K, V> remove(
            @Nullable Node<K, V> node, K key) {
        if (node == null) {
            return null;
        }
        int side = key.compareTo(node.key());
        if (side < 0) {
            return balanced(node, remove(node.left(), key), node.right());
        }
        if (side > 0) {
            return balanced(node, node.left(), remove(node.right(), key));
        }
        if (node.left() == null) {
            return node.right();
        }
        Node<K, V> right = node.right();
        if (right == null) {
            return node.left();
        }
        Node<K, V> next = right;
        for (Node<K, V> l = next.left(); l != null; l = l.left()) {
            next = l;
        }
        return balanced(next, node.left(), remove(right, next.key()));
    }

    private static <K, V> Node<K, V> node(
            Node<K, V> content, @Nullable Node<K, V> left, @Nullable Node<K, V> right) {
        return new Node<>(
                content.key(), content.value(), left, right, size(left) + size(right) + 1);
    }

    private static <K, V> Node<K, V> balanced(
            Node<K, V> content, @Nullable Node<K, V> left, @Nullable Node<K, V> right) {
        int l = size(left) + 1;
        int r = size(right) + 1;
        if (right != null && r > DELTA * l) {
            return size(right.left()) + 1 < RATIO * (size(right.right()) + 1)
                    ? node(right, node(content, left, right.left()), right.right())
                    : rotatedTwiceLeft(content, left, right);
        }
        if (left != null && l > DELTA * r) {
            return size(left.right()) + 1 < RATIO * (size(left.left()) + 1)
                    ? node(left, left.left(), node(content, left.right(), right))
                    : rotatedTwiceRight(content, left, right);
        }
        return node(content, left, right);
    }

    private static <K, V> Node<K, V> rotatedTwiceLeft(
            Node<K, V> content, @Nullable Node<K, V> left, Node<K, V> right) {
        Node<K, V> middle = java.util.Objects.requireNonNull(right.left());
        return node(
                middle,
                node(content, left, middle.left()),
                node(right, middle.right(), right.right()));
    }

    private static <K, V> Node<K, V> rotatedTwiceRight(
            Node<K, V> content, Node<K, V> left, @Nullable Node<K, V> right) {
        Node<K, V> middle = java.util.Objects.requireNonNull(left.right());
        return node(
                middle,
                node(left, left.left(), middle.left()),
                node(content, middle.right(), right));
    }
}
