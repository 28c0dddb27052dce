package dev.quilla.benchmarks.api;

import java.io.IOException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Definitions of custom kinds, each in a group with some others, as large operators bring them. */
final class Definitions {

    static final String PATH = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

    private static final int FIELDS = 30;
    private static final int OF_A_GROUP = 20;

    /** The fields of all of them. */
    private static final String PROPERTIES =
            IntStream.range(0, FIELDS)
                    .mapToObj(
                            """
                            "field%d":{"type":"string","description":"What this field of the specification \
                            is for, in some words that take room."}\
                            """
                                    ::formatted)
                    .collect(Collectors.joining(","));

    private Definitions() {}

    /** One of 5 KB, with a rule in CEL. */
    static String of(int i) {
        return """
        {"metadata":{"name":"loads%1$d.g%2$d.example.com"},
         "spec":{"group":"g%2$d.example.com","scope":"Namespaced",
          "names":{"plural":"loads%1$d","singular":"load%1$d","kind":"Load%1$d","listKind":"Load%1$dList"},
          "versions":[{"name":"v1","served":true,"storage":true,"subresources":{"status":{}},
           "additionalPrinterColumns":[{"name":"Replicas","type":"integer","jsonPath":".spec.replicas"}],
           "schema":{"openAPIV3Schema":{"type":"object","description":"A kind.","properties":{
            "spec":{"type":"object","properties":{%3$s,
              "items":{"type":"array","items":{"type":"object","required":["name"],"properties":{
               "name":{"type":"string","maxLength":63},"mode":{"type":"string","enum":["A","B","C"]}}}},
              "replicas":{"type":"integer","default":1}},
             "x-kubernetes-validations":[{"rule":"self.replicas >= 0","message":"not negative"}]},
            "status":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}}}]}}\
        """
                .formatted(i, i / OF_A_GROUP, PROPERTIES);
    }

    /** Removes all. */
    static void remove(Masters masters) throws IOException {
        try (Connection connection = masters.connect(0)) {
            connection.call(Connection.request("DELETE", PATH, "", ""), 200);
        }
        masters.settle();
    }
}
