// The vendor's small pictures by name, as characters that every system has.
const faces =
  'OK 👌|THUMBSUP 👍|ThumbsDown 👎|THANKS 🙏|PRAY 🙏|MUSCLE 💪|FINGERHEART 🫰|APPLAUSE 👏|CLAP 👏|' +
  'FISTBUMP 👊|HIGHFIVE 🙌|HANDSHAKE 🤝|SMILE 🙂|LAUGH 😄|LOL 😂|BIGLAUGH 😆|GRINNING 😀|JOYFUL 😄|BLUSH 😊|' +
  'WINK 😉|LOVE 😍|KISS 😘|TONGUE 😛|WOW 😲|SHOCKED 😱|SURPRISED 😮|SPEECHLESS 😶|EMBARRASSED 😳|SHY ☺️|' +
  'CRY 😢|SOB 😭|TEARS 😂|ANGRY 😠|RAGE 😡|SCOWL 😒|SAD 🙁|SICK 🤒|SLEEP 😴|TIRED 😫|YAWN 🥱|SWEAT 😅|' +
  'COOL 😎|SMART 🤓|THINKING 🤔|SILENT 🤐|SHRUG 🤷|FACEPALM 🤦|NERD 🤓|MONEY 🤑|PARTY 🥳|CELEBRATE 🎉|' +
  'PARTYPOPPER 🎉|GIFT 🎁|CAKE 🎂|BEER 🍺|COFFEE ☕|ROSE 🌹|HEART ❤️|HEARTBROKEN 💔|FIRE 🔥|BOMB 💣|POOP 💩|' +
  'TROPHY 🏆|MEDAL 🏅|FIRST 🥇|DONE ✅|CHECKMARK ✔️|CROSSMARK ❌|CHECK ✅|No 🙅|YES ✅|HUNDRED 💯|PLUSONE ➕|' +
  'ALARM ⏰|CALENDAR 📅|PIN 📌|BULB 💡|LOUDSPEAKER 📢|TRUMPET 📣|STAR ⭐|SUN ☀️|MOON 🌙|RAINBOW 🌈|' +
  'ROCKET 🚀|EYES 👀|WAVE 👋|SALUTE 🫡|HUG 🤗|DIZZY 😵|GHOST 👻|SKULL 💀|FIREWORKS 🎆|Firecracker 🧨|' +
  'REDPACKET 🧧|LANTERN 🏮|GeneralDoNotDisturb 🔕|Pending ⏳|GoGoGo 🏃|OnIt 💪|OneSecond ☝️|StatusFlashOfInspiration 💡';

const byName = new Map(
  faces.split('|').map((pair): [string, string] => {
    const [name = '', face = ''] = pair.split(' ');
    return [name.toLowerCase(), face];
  }),
);

export function faceOf(name: string): string | null {
  return byName.get(name.toLowerCase().replace(/^\[|\]$/g, '')) ?? null;
}
