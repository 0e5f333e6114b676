//! When people act: by day rather than by night, staff in working hours.
//!
//! Times are whole seconds since the start of the log, which is a midnight.

use super::draw::Dice;

/// Seconds of an hour.
pub(super) const HOUR: u32 = 3_600;
/// Seconds of a day.
pub(super) const DAY: u32 = 24 * HOUR;

/// How much is posted on each day of the week, Monday first; 7 in all.
const WEEK: [f64; 7] = [1.0, 1.0, 1.0, 0.95, 0.9, 1.15, 1.0];

/// How much is posted in each hour of the day.
#[rustfmt::skip]
const HOURS: [u32; 24] = [2, 1, 0, 0, 0, 1, 3, 6, 9, 8, 7, 7, 9, 8, 6, 6, 6, 7, 9, 11, 12, 11, 8, 4];

/// The calendar of a log.
#[derive(Clone, Copy)]
pub(super) struct Clock {
    first_weekday: u32,
}

impl Clock {
    /// `start` in microseconds since 1970, a Thursday.
    pub(super) fn new(start: i64) -> Clock {
        Clock { first_weekday: ((start / 86_400_000_000 + 3) % 7) as u32 }
    }

    fn weekday(self, day: u32) -> u32 {
        (self.first_weekday + day) % 7
    }

    /// How much is posted on `day`, compared with the mean.
    pub(super) fn liveliness(self, day: u32) -> f64 {
        WEEK[self.weekday(day) as usize]
    }

    /// The time at which staff deals with what comes in at `time`: Monday to Friday, 8 to 17.
    pub(super) fn at_work(self, time: u32) -> u32 {
        let (day, second) = (time / DAY, time % DAY);
        let tomorrow = second >= 17 * HOUR;
        let mut work_day = day + u32::from(tomorrow);
        while self.weekday(work_day) >= 5 {
            work_day += 1;
        }
        if work_day > day || second < 8 * HOUR { work_day * DAY + 8 * HOUR + time % HOUR } else { time }
    }
}

/// A moment of `day` at which somebody posts.
pub(super) fn moment(dice: &mut Dice, day: u32) -> u32 {
    let mut at = dice.below(HOURS.iter().sum::<u32>() as usize) as u32;
    let mut hour = 0;
    while at >= HOURS[hour] {
        at -= HOURS[hour];
        hour += 1;
    }
    day * DAY + hour as u32 * HOUR + dice.below(HOUR as usize) as u32
}

/// `delay` days after `time`, at least a second; what falls into the small hours is left until after breakfast.
pub(super) fn later(time: u32, delay: f64) -> u32 {
    let at = time.saturating_add((delay * f64::from(DAY)) as u32).saturating_add(1);
    if at % DAY < 6 * HOUR { at.saturating_add(7 * HOUR) } else { at }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn staff_works_on_working_days_and_people_sleep() {
        let monday = Clock::new(super::super::Simulate::default().start);
        assert_eq!(monday.at_work(9 * HOUR), 9 * HOUR);
        assert_eq!(monday.at_work(3 * HOUR + 5), 8 * HOUR + 5);
        assert_eq!(monday.at_work(4 * DAY + 18 * HOUR), 7 * DAY + 8 * HOUR, "from Friday evening to Monday");
        assert_eq!(later(23 * HOUR, 0.125), DAY + 9 * HOUR + 1);
        let mut dice = Dice::new(0, "test", 0);
        assert!((0..1_000).all(|_| !(2..5).contains(&(moment(&mut dice, 3) % DAY / HOUR))));
    }
}
