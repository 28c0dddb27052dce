package dev.quilla.store.mvcc;

import java.util.Arrays;
import java.util.List;

/**
 * A node of a {@link SortedTree}: values in order and, but in a leaf, a subtree before, between and
 * behind them. Immutable; it knows nothing of keys.
 */
final class TreeNode<V> {

    private static final int VALUES_MAX = 24;
    private static final int VALUES_MIN = VALUES_MAX / 4;

    /** How full nodes are made at first: the next values find room. */
    private static final int VALUES_USUAL = VALUES_MAX * 3 / 4;

    private static final Object[] NONE = {};

    private final Object[] values;

    /** Nodes, one more than values; in a leaf none. */
    private final Object[] children;

    private final int size;

    private TreeNode(Object[] values, Object[] children, int size) {
        this.values = values;
        this.children = children;
        this.size = size;
    }

    private static <V> TreeNode<V> leaf(Object[] values) {
        return new TreeNode<>(values, NONE, values.length);
    }

    static <V> TreeNode<V> empty() {
        return leaf(NONE);
    }

    /** The root of a tree of values that are in their order. */
    static <V> TreeNode<V> of(List<V> values) {
        long capacity = VALUES_USUAL;
        while (capacity < values.size()) {
            capacity = capacityAbove(capacity);
        }
        return of(values, capacity);
    }

    private static long capacityAbove(long capacity) {
        return (capacity + 1) * (VALUES_USUAL + 1) - 1;
    }

    private static <V> TreeNode<V> of(List<V> all, long capacity) {
        if (capacity <= VALUES_USUAL) {
            return leaf(all.toArray());
        }
        long capacityBelow = (capacity + 1) / (VALUES_USUAL + 1) - 1;
        long slots = all.size() + 1L;
        int parts = Math.toIntExact(Math.ceilDiv(slots, capacityBelow + 1));
        Object[] values = new Object[parts - 1];
        Object[] children = new Object[parts];
        int from = 0;
        for (int i = 0; i < parts; i++) {
            int to = Math.toIntExact((i + 1) * slots / parts) - 1;
            children[i] = of(all.subList(from, to), capacityBelow);
            if (i < parts - 1) {
                values[i] = all.get(to);
            }
            from = to + 1;
        }
        return new TreeNode<>(values, children, all.size());
    }

    /** How many values are in this node alone. */
    int count() {
        return values.length;
    }

    /** How many values are in the whole subtree. */
    int size() {
        return size;
    }

    boolean isLeaf() {
        return children.length == 0;
    }

    @SuppressWarnings("unchecked")
    V value(int at) {
        return (V) values[at];
    }

    @SuppressWarnings("unchecked")
    TreeNode<V> child(int at) {
        return (TreeNode<V>) children[at];
    }

    /** With another value in place of one. */
    TreeNode<V> withValue(int at, V value) {
        return new TreeNode<>(replaced(values, at, value), children, size);
    }

    /** Of a leaf: with a value more, before the one that is there. It may be too full then. */
    TreeNode<V> withInserted(int at, V value) {
        return leaf(inserted(values, at, value));
    }

    /** Of a leaf: with a value less. It may be too empty then. */
    TreeNode<V> withoutValue(int at) {
        return leaf(removed(values, at));
    }

    /**
     * With another child in place of one, which may be too full or too empty: then it is split, or
     * joined with the one beside it, and this node may be.
     */
    TreeNode<V> withChild(int at, TreeNode<V> child) {
        int newSize = size - child(at).size + child.size;
        TreeNode<V> node = new TreeNode<>(values, replaced(children, at, child), newSize);
        if (child.count() > VALUES_MAX) {
            return node.split(at);
        }
        return child.count() < VALUES_MIN ? node.join(Math.max(0, at - 1)) : node;
    }

    /** A root that is neither too full nor only there for one child. */
    TreeNode<V> asRoot() {
        if (count() > VALUES_MAX) {
            return new TreeNode<V>(NONE, new Object[] {this}, size).split(0);
        }
        return count() == 0 && !isLeaf() ? child(0) : this;
    }

    /** A last child is left fuller: keys often come in order, and then nothing is added to it. */
    private TreeNode<V> split(int at) {
        TreeNode<V> full = child(at);
        int middle = at == values.length ? VALUES_USUAL : full.count() / 2;
        Object[] halves = inserted(children, at, full.part(0, middle));
        halves[at + 1] = full.part(middle + 1, full.count());
        return new TreeNode<>(inserted(values, at, full.value(middle)), halves, size);
    }

    /** Makes one of a child and the next. */
    private TreeNode<V> join(int at) {
        TreeNode<V> left = child(at);
        TreeNode<V> right = child(at + 1);
        TreeNode<V> both =
                new TreeNode<>(
                        concat(inserted(left.values, left.count(), value(at)), right.values),
                        concat(left.children, right.children),
                        left.size + 1 + right.size);
        Object[] fewer = removed(children, at);
        fewer[at] = both;
        TreeNode<V> node = new TreeNode<>(removed(values, at), fewer, size);
        return both.count() > VALUES_MAX ? node.split(at) : node;
    }

    private TreeNode<V> part(int from, int to) {
        Object[] part = Arrays.copyOfRange(values, from, to);
        if (isLeaf()) {
            return leaf(part);
        }
        int sum = part.length;
        for (int i = from; i <= to; i++) {
            sum += child(i).size;
        }
        return new TreeNode<>(part, Arrays.copyOfRange(children, from, to + 1), sum);
    }

    private static Object[] replaced(Object[] array, int at, Object value) {
        Object[] copy = array.clone();
        copy[at] = value;
        return copy;
    }

    private static Object[] inserted(Object[] array, int at, Object value) {
        Object[] copy = new Object[array.length + 1];
        System.arraycopy(array, 0, copy, 0, at);
        copy[at] = value;
        System.arraycopy(array, at, copy, at + 1, array.length - at);
        return copy;
    }

    private static Object[] removed(Object[] array, int at) {
        Object[] copy = new Object[array.length - 1];
        System.arraycopy(array, 0, copy, 0, at);
        System.arraycopy(array, at + 1, copy, at, copy.length - at);
        return copy;
    }

    private static Object[] concat(Object[] left, Object[] right) {
        Object[] both = Arrays.copyOf(left, left.length + right.length);
        System.arraycopy(right, 0, both, left.length, right.length);
        return both;
    }
}
