package dev.quilla.apiserver.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelCall;
import dev.cel.common.ast.CelExpr.CelComprehension;
import dev.cel.common.ast.CelExpr.CelSelect;
import dev.cel.common.types.CelKind;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How much an expression costs at most, found without evaluating it: from how large what it reads
 * can become. The units are those of the language's other implementations: reading a name or
 * comparing takes one, walking over ten letters too. Used once.
 */
final class Costs {

    private static final long UNKNOWN = Long.MAX_VALUE;
    private static final double LETTER = 0.1;

    /** A part of a pattern is seldom shorter than four letters. */
    private static final double PATTERN_LETTER = 0.25;

    /** The longest pattern behind a named format has 128 letters. */
    private static final long FORMAT = (long) (128 * PATTERN_LETTER);

    private static final long LIST = 10;
    private static final long MAP = 30;
    private static final long OBJECT = 40;

    private static final String ITEMS = "@items";
    private static final String VALUES = "@values";
    private static final String KEYS = "@keys";

    private static final Set<CelKind> OF_FIELDS =
            Set.of(CelKind.MAP, CelKind.STRUCT, CelKind.TYPE_PARAM);

    private static final Set<CelType> OF_ONE_SIZE =
            Set.of(
                    SimpleType.BOOL,
                    SimpleType.DOUBLE,
                    SimpleType.DURATION,
                    SimpleType.INT,
                    SimpleType.TIMESTAMP,
                    SimpleType.UINT);

    private final CelAbstractSyntaxTree tree;
    private final Shape self;

    /** Where in {@code self} the value of an expression is. */
    private final Map<Long, List<String>> paths = new HashMap<>();

    private final Map<Long, Long> sizes = new HashMap<>();

    /** What the variables of comprehensions run over, the innermost first. */
    private final Deque<Loop> loops = new ArrayDeque<>();

    private record Loop(String first, String second, CelExpr range) {}

    private Costs(CelAbstractSyntaxTree tree, Shape self) {
        this.tree = tree;
        this.self = self;
    }

    static long max(CelAbstractSyntaxTree tree, Shape self) {
        return new Costs(tree, self).cost(tree.getExpr());
    }

    private long cost(CelExpr expr) {
        return switch (expr.getKind()) {
            case IDENT -> name(expr);
            case SELECT -> select(expr, expr.select());
            case CALL -> call(expr, expr.call());
            case LIST -> plus(LIST, sum(expr.list().elements()));
            case MAP -> {
                long sum = MAP;
                for (CelExpr.CelMap.Entry entry : expr.map().entries()) {
                    sum = plus(sum, plus(cost(entry.key()), cost(entry.value())));
                }
                yield sum;
            }
            case STRUCT -> {
                long sum = OBJECT;
                for (CelExpr.CelStruct.Entry entry : expr.struct().entries()) {
                    sum = plus(sum, cost(entry.value()));
                }
                yield sum;
            }
            case COMPREHENSION -> loop(expr, expr.comprehension());
            default -> 0;
        };
    }

    private long sum(List<CelExpr> all) {
        long sum = 0;
        for (CelExpr expr : all) {
            sum = plus(sum, cost(expr));
        }
        return sum;
    }

    private long name(CelExpr expr) {
        String name = expr.ident().name();
        paths.put(expr.id(), List.of(name));
        for (Loop loop : loops) {
            boolean first = name.equals(loop.first());
            if (first || name.equals(loop.second())) {
                boolean map = type(loop.range()).kind() == CelKind.MAP;
                boolean value = loop.second().isEmpty() ? !map : !first;
                paths.put(expr.id(), under(loop.range(), map ? value ? VALUES : KEYS : ITEMS));
                break;
            }
        }
        return 1;
    }

    /**
     * The place of a part. What is no part of the object itself has the size of the object, as with
     * other implementations, whose numbers these are to be.
     */
    private List<String> under(CelExpr expr, String part) {
        List<String> path = new ArrayList<>(paths.getOrDefault(expr.id(), List.of()));
        path.add(part);
        return path;
    }

    private long select(CelExpr expr, CelSelect select) {
        long cost = cost(select.operand());
        if (select.testOnly()) {
            return cost;
        }
        paths.put(expr.id(), under(select.operand(), select.field()));
        return OF_FIELDS.contains(type(select.operand()).kind()) ? plus(cost, 1) : cost;
    }

    private long loop(CelExpr expr, CelComprehension loop) {
        long cost = plus(cost(loop.iterRange()), cost(loop.accuInit()));
        loops.push(new Loop(loop.iterVar(), loop.iterVar2(), loop.iterRange()));
        long turn = plus(cost(loop.loopCondition()), cost(loop.loopStep()));
        loops.pop();
        cost = plus(cost, cost(loop.result()));
        long turns = size(loop.iterRange());
        sizes.put(expr.id(), turns);
        return plus(cost, times(turns, turn));
    }

    private long call(CelExpr expr, CelCall call) {
        List<CelExpr> args = new ArrayList<>(call.args());
        call.target().ifPresent(args::addFirst);
        List<Long> costs = args.stream().map(this::cost).toList();
        long sum = costs.stream().reduce(0L, Costs::plus);
        long own = 0;
        for (String overload : overloads(expr)) {
            own = Math.max(own, own(expr, call.function(), overload, args));
            switch (overload) {
                case "index_list" -> paths.put(expr.id(), under(args.getFirst(), ITEMS));
                case "index_map" -> paths.put(expr.id(), under(args.getFirst(), VALUES));
                default -> {
                    // Makes something new.
                }
            }
        }
        return switch (call.function()) {
            case "_||_", "_&&_" -> sum;
            case "_?_:_" -> plus(costs.get(0), Math.max(costs.get(1), costs.get(2)));
            default -> plus(sum, own);
        };
    }

    private List<String> overloads(CelExpr expr) {
        return tree.getReference(expr.id())
                .map(r -> List.copyOf(r.overloadIds()))
                .orElse(List.of());
    }

    /** What a function itself does, once it has its arguments. */
    private long own(CelExpr expr, String function, String overload, List<CelExpr> args) {
        return switch (overload) {
            case "starts_with_string", "ends_with_string" -> letters(args.get(1));
            case "in_list" -> size(args.get(1));
            case "matches", "matches_string" -> pattern(args);
            case "contains_string" -> times(letters(args.get(0)), letters(args.get(1)));
            case "conditional" -> made(expr, Math.max(size(args.get(1)), size(args.get(2))), 0);
            case "string_to_bytes" -> made(expr, times(size(args.get(0)), 4), letters(args.get(0)));
            case "bytes_to_string" -> made(expr, size(args.get(0)), letters(args.get(0)));
            case "add_string", "add_bytes" -> {
                long size = plus(size(args.get(0)), size(args.get(1)));
                yield made(expr, size, part(size, LETTER));
            }
            case "add_list" -> made(expr, plus(size(args.get(0)), size(args.get(1))), 1);
            case "equals",
                    "not_equals",
                    "less_string",
                    "less_equals_string",
                    "greater_string",
                    "greater_equals_string",
                    "less_bytes",
                    "less_equals_bytes",
                    "greater_bytes",
                    "greater_equals_bytes" ->
                    part(Math.min(size(args.get(0)), size(args.get(1))), LETTER);
            default -> library(expr, function, args);
        };
    }

    private long library(CelExpr expr, String function, List<CelExpr> args) {
        return switch (function) {
            case "format",
                    "url",
                    "isURL",
                    "isIP",
                    "isCIDR",
                    "cidr",
                    "quantity",
                    "isQuantity",
                    "semver",
                    "isSemver",
                    "ip.isCanonical",
                    "charAt",
                    "quote" ->
                    args.isEmpty() ? 1 : letters(args.getFirst());
            case "validate" -> times(letters(args.getLast()), FORMAT);
            case "ip" ->
                    type(args.getFirst()).equals(SimpleType.STRING) ? letters(args.getFirst()) : 1;
            case "containsIP", "containsCIDR" ->
                    type(args.get(1)).equals(SimpleType.STRING) ? plus(1, letters(args.get(1))) : 1;
            case "isSorted", "sum", "max", "min", "indexOf", "lastIndexOf" -> items(args);
            case "lowerAscii", "upperAscii", "substring", "trim", "jsonpatch.escapeKey" ->
                    made(expr, size(args.getFirst()), letters(args.getFirst()));
            case "split" ->
                    made(expr, size(args.getFirst()), part(size(args.getFirst()), 2 * LETTER));
            case "replace" -> replace(expr, args);
            case "join" -> join(expr, args);
            case "find", "findAll" -> made(expr, size(args.getFirst()), pattern(args));
            case "sets.contains", "sets.intersects" -> product(args);
            case "sets.equivalent" -> times(2, product(args));
            default -> 1;
        };
    }

    private long product(List<CelExpr> args) {
        return times(size(args.get(0)), size(args.get(1)));
    }

    private long items(List<CelExpr> args) {
        CelExpr target = args.getFirst();
        if (!(type(target) instanceof ListType list)) {
            return letters(target);
        }
        long each = 1;
        if (list.elemType().equals(SimpleType.STRING) || list.elemType().equals(SimpleType.BYTES)) {
            each = plus(each, part(size(under(target, ITEMS)).orElse(UNKNOWN), LETTER));
        }
        return times(size(target), each);
    }

    private long replace(CelExpr expr, List<CelExpr> args) {
        long size = size(args.get(0));
        long by = size(args.get(2));
        long made;
        if (args.get(1).getKind() != CelExpr.ExprKind.Kind.CONSTANT || size(args.get(1)) == 0) {
            made = plus(size, times(plus(size, 1), by));
        } else if (by <= size(args.get(1))) {
            made = size;
        } else {
            made = plus(times(part(size, 1.0 / size(args.get(1))), by), size);
        }
        return made(expr, made, part(size, 2 * LETTER));
    }

    private long join(CelExpr expr, List<CelExpr> args) {
        long items = size(args.getFirst());
        long each = size(under(args.getFirst(), ITEMS)).orElse(UNKNOWN);
        long between = args.size() > 1 ? size(args.get(1)) : 0;
        long made = plus(times(items, each), times(Math.max(0, items - 1), between));
        return made(expr, made, part(made, LETTER));
    }

    private long pattern(List<CelExpr> args) {
        long text = part(plus(size(args.get(0)), 1), LETTER);
        return times(text, part(size(args.get(1)), PATTERN_LETTER));
    }

    private long made(CelExpr expr, long size, long cost) {
        sizes.merge(expr.id(), size, Math::max);
        return cost;
    }

    private long letters(CelExpr expr) {
        return part(size(expr), LETTER);
    }

    /** How many letters or items a value can have. */
    private long size(CelExpr expr) {
        Long known = sizes.get(expr.id());
        if (known != null) {
            return known;
        }
        return switch (expr.getKind()) {
            case CONSTANT -> size(expr.constant());
            case LIST -> expr.list().elements().size();
            case MAP -> expr.map().entries().size();
            default ->
                    size(paths.getOrDefault(expr.id(), List.of()))
                            .orElseGet(() -> isOfOneSize(type(expr)) ? 1 : UNKNOWN);
        };
    }

    /** Addresses, quantities and the like are small too. */
    private static boolean isOfOneSize(CelType type) {
        return OF_ONE_SIZE.contains(type) || type.kind() == CelKind.OPAQUE;
    }

    private static long size(CelConstant constant) {
        return switch (constant.getKind()) {
            case STRING_VALUE -> constant.stringValue().length();
            case BYTES_VALUE -> constant.bytesValue().size();
            default -> 1;
        };
    }

    private Optional<Long> size(List<String> path) {
        if (path.isEmpty()) {
            return Optional.empty();
        }
        Optional<Shape> at = Optional.of(self);
        for (String name : path.subList(1, path.size())) {
            at =
                    switch (name) {
                        case ITEMS, VALUES -> at.flatMap(Shape::items);
                        case KEYS -> Optional.of(Shape.of(Shape.Kind.TEXT, 0, 2));
                        default -> at.map(Shape::fields).map(fields -> fields.get(name));
                    };
        }
        return at.map(Shape::sizeMax);
    }

    private CelType type(CelExpr expr) {
        return tree.getType(expr.id()).orElse(SimpleType.DYN);
    }

    private static long plus(long a, long b) {
        long sum = a + b;
        return sum < 0 ? UNKNOWN : sum;
    }

    private static long times(long a, long b) {
        long high = Math.multiplyHigh(a, b);
        long low = a * b;
        return high != 0 || low < 0 ? UNKNOWN : low;
    }

    private static long part(long size, double factor) {
        return size == UNKNOWN ? UNKNOWN : (long) Math.ceil(size * factor);
    }
}
