package dev.quilla.apiserver.table;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quilla.model.autoscaling.v2.HorizontalPodAutoscaler;
import dev.quilla.model.codec.JsonCodec;
import dev.quilla.model.codec.YamlCodec;
import java.util.Collections;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetCellsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}"
                        + "|resource: {name: cpu, current: {averageUtilization: 40, averageValue: 4m}}"
                        + "|cpu: 40%/50%",
                "resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}"
                        + "|resource: {name: memory, current: {averageUtilization: 40}}"
                        + "|cpu: <unknown>/50%",
                "resource: {name: memory, target: {type: AverageValue, averageValue: 1Gi}}"
                        + "|resource: {name: memory, current: {averageValue: 512Mi}}"
                        + "|memory: 512Mi/1Gi",
                "pods: {metric: {name: hits}, target: {type: AverageValue, averageValue: \"10\"}}"
                        + "|pods: {metric: {name: hits}, current: {averageValue: 1500m}}"
                        + "|1500m/10",
                "external: {metric: {name: q}, target: {type: AverageValue, averageValue: \"20\"}}"
                        + "|external: {metric: {name: q}, current: {averageValue: 17500m}}"
                        + "|17500m/20 (avg)",
                "external: {metric: {name: q}, target: {type: Value, value: \"20\"}}"
                        + "|external: {metric: {name: other}, current: {value: \"7\"}}"
                        + "|<unknown>/20",
            })
    void showsWhatIsMeasuredBesideWhatIsWanted(String wanted, String current, String shown) {
        assertEquals(shown, TargetCells.of(scaler("{" + typed(wanted) + "}", typed(current))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0|<none>",
                "1|cpu: <unknown>/50%",
                "4|cpu: <unknown>/50%, cpu: <unknown>/50% + 2 more...",
            })
    void saysHowManyMoreThereAre(int count, String shown) {
        String one = "{" + typed("resource: {name: cpu, target: {averageUtilization: 50}}") + "}";
        String metrics = String.join(", ", Collections.nCopies(count, one));
        assertEquals(shown, TargetCells.of(scaler(metrics, typed("resource: {name: x}"))));
    }

    private static String typed(String metric) {
        String field = metric.substring(0, metric.indexOf(':'));
        return "type: "
                + field.substring(0, 1).toUpperCase(Locale.ROOT)
                + field.substring(1)
                + ", "
                + metric;
    }

    private static HorizontalPodAutoscaler scaler(String metrics, String status) {
        String yaml =
                "spec: {metrics: [%s]}\nstatus: {currentMetrics: [{%s}]}\n"
                        .formatted(metrics, status);
        return new HorizontalPodAutoscaler(
                JsonCodec.fromTree(
                        HorizontalPodAutoscaler.definition(), YamlCodec.readAll(yaml).getFirst()));
    }
}
