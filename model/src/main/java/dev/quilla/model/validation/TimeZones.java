package dev.quilla.model.validation;

import java.time.ZoneId;
import java.time.zone.ZoneRulesProvider;
import java.util.Map;
import java.util.Optional;

/** Time zones by their names in IANA's database, with those of them that Java leaves out. */
public final class TimeZones {

    private static final Map<String, String> LEFT_OUT =
            Map.of("EST", "-05:00", "HST", "-10:00", "MST", "-07:00", "ROC", "Asia/Taipei");

    private TimeZones() {}

    /** The zone of a name, which is case-sensitive; empty if this program knows none. */
    public static Optional<ZoneId> find(String name) {
        boolean known =
                LEFT_OUT.containsKey(name)
                        || ZoneRulesProvider.getAvailableZoneIds().contains(name);
        return known ? Optional.of(ZoneId.of(name, LEFT_OUT)) : Optional.empty();
    }
}
