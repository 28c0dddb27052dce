package dev.quilla.client;

import java.util.Collection;
import java.util.function.Function;

/**
 * A way to find cached objects.
 *
 * @param name unique among the indexes of a resource
 * @param values under which values to find an object; pure, none is fine
 */
public record Index<T>(String name, Function<? super T, ? extends Collection<String>> values) {}
