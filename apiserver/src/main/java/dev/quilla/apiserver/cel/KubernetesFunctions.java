package dev.quilla.apiserver.cel;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import dev.cel.runtime.CelFunctionBinding;
import java.util.ArrayList;
import java.util.List;

/** Functions that Kubernetes adds: for lists and patterns here, for the rest beside. */
final class KubernetesFunctions {

    private static final CelType LIST = ListType.create(SimpleType.DYN);

    private KubernetesFunctions() {}

    static List<CelFunctionDecl> declarations() {
        return List.of(
                member("isSorted", "list_is_sorted", SimpleType.BOOL, LIST),
                member("sum", "list_sum", SimpleType.DYN, LIST),
                member("min", "list_min", SimpleType.DYN, LIST),
                member("max", "list_max", SimpleType.DYN, LIST),
                member("indexOf", "list_index_of", SimpleType.INT, LIST, SimpleType.DYN),
                member("lastIndexOf", "list_last_index_of", SimpleType.INT, LIST, SimpleType.DYN),
                member(
                        "find",
                        "text_find",
                        SimpleType.STRING,
                        SimpleType.STRING,
                        SimpleType.STRING),
                CelFunctionDecl.newFunctionDeclaration(
                        "findAll",
                        CelOverloadDecl.newMemberOverload(
                                "text_find_all",
                                ListType.create(SimpleType.STRING),
                                SimpleType.STRING,
                                SimpleType.STRING)),
                global("jsonpatch.escapeKey", "escape_key", SimpleType.STRING, SimpleType.STRING));
    }

    private static CelFunctionDecl member(
            String name, String id, CelType result, CelType... arguments) {
        return CelFunctionDecl.newFunctionDeclaration(
                name, CelOverloadDecl.newMemberOverload(id, result, arguments));
    }

    private static CelFunctionDecl global(
            String name, String id, CelType result, CelType... arguments) {
        return CelFunctionDecl.newFunctionDeclaration(
                name, CelOverloadDecl.newGlobalOverload(id, result, arguments));
    }

    static List<CelFunctionBinding> bindings() {
        return List.of(
                CelFunctionBinding.from("list_is_sorted", List.class, KubernetesFunctions::sorted),
                CelFunctionBinding.from("list_sum", List.class, KubernetesFunctions::sum),
                CelFunctionBinding.from("list_min", List.class, list -> extreme(list, -1)),
                CelFunctionBinding.from("list_max", List.class, list -> extreme(list, 1)),
                CelFunctionBinding.from(
                        "list_index_of",
                        List.class,
                        Object.class,
                        (list, item) -> (long) list.indexOf(item)),
                CelFunctionBinding.from(
                        "list_last_index_of",
                        List.class,
                        Object.class,
                        (list, item) -> (long) list.lastIndexOf(item)),
                CelFunctionBinding.from(
                        "text_find", String.class, String.class, KubernetesFunctions::find),
                CelFunctionBinding.from(
                        "text_find_all", String.class, String.class, KubernetesFunctions::findAll),
                CelFunctionBinding.from(
                        "escape_key",
                        String.class,
                        key -> key.replace("~", "~0").replace("/", "~1")));
    }

    private static Object sorted(List<?> list) {
        for (int i = 1; i < list.size(); i++) {
            if (compare(list.get(i - 1), list.get(i)) > 0) {
                return false;
            }
        }
        return true;
    }

    private static Object sum(List<?> list) {
        boolean whole = list.stream().allMatch(Long.class::isInstance);
        if (whole) {
            return list.stream().mapToLong(n -> (Long) n).reduce(0L, Math::addExact);
        }
        return list.stream().mapToDouble(n -> ((Number) n).doubleValue()).sum();
    }

    private static Object extreme(List<?> list, int sign) {
        Object best = null;
        for (Object item : list) {
            if (best == null || compare(item, best) * sign > 0) {
                best = item;
            }
        }
        if (best == null) {
            throw new IllegalArgumentException("the list is empty");
        }
        return best;
    }

    @SuppressWarnings("unchecked") // other values have no order, which is what the error says
    private static int compare(Object a, Object b) {
        return a instanceof Number x && b instanceof Number y
                ? Double.compare(x.doubleValue(), y.doubleValue())
                : ((Comparable<Object>) a).compareTo(b);
    }

    private static String find(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        return matcher.find() ? matcher.group() : "";
    }

    private static List<String> findAll(String text, String pattern) {
        List<String> all = new ArrayList<>();
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        while (matcher.find()) {
            all.add(matcher.group());
        }
        return all;
    }
}
