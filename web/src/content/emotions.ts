// The vendor's small pictures by name, as the characters nearest to them.
const faces =
  'OK 👌|THUMBSUP 👍|ThumbsDown 👎|THANKS 🙏|MUSCLE 💪|STRIVE 💪|FINGERHEART 🫰|APPLAUSE 👏|CLAP 👏|PRAISE 👍|' +
  'FISTBUMP 👊|HIGHFIVE 🙌|SHAKE 🤝|WAVE 👋|HUG 🤗|SALUTE 🫡|SHRUG 🤷|FACEPALM 🤦|SMILE 🙂|BLUSH 😊|LAUGH 😄|LOL 😂|' +
  'JOYFUL 😄|BeamingFace 😁|TEARS 😂|SMIRK 😏|WINK 😉|LOVE 😍|OBSESSED 😍|KISS 😘|SMOOCH 😘|TONGUE 😛|DROOL 🤤|WOW 😲|' +
  'SHOCKED 😱|TERROR 😱|PETRIFIED 😨|SPEECHLESS 😶|SILENT 🤐|SHHH 🤫|THINKING 🤔|SMART 🤓|PROUD 😌|SHY ☺️|EMBARRASSED 😳|' +
  'CRY 😢|SOB 😭|WAIL 😭|WRONGED 🥺|FROWN 🙁|ANGRY 😠|SCOWL 😒|SICK 🤒|PUKE 🤮|SLEEP 😴|DROWSY 😪|YAWN 🥱|SWEAT 😅|DIZZY 😵|' +
  'CRAZY 🤪|MONEY 🤑|ClownFace 🤡|SKULL 💀|POOP 💩|LIPS 👄|HEART ❤️|HEARTBROKEN 💔|ROSE 🌹|PARTY 🎉|Partying 🥳|FIREWORKS 🎆|' +
  'FIRECRACKER 🧨|REDPACKET 🧧|GIFT 🎁|CAKE 🎂|BEER 🍺|Coffee ☕|BubbleTea 🧋|Lemon 🍋|Pepper 🌶️|Fire 🔥|BOMB 💣|Trophy 🏆|' +
  'Hundred 💯|DONE ✅|Yes ✅|CheckMark ✔️|No ❌|CrossMark ❌|ERROR ❗|Pin 📌|Alarm ⏰|Loudspeaker 📢|Music 🎵|Soccer ⚽|' +
  'Basketball 🏀|XmasTree 🎄|Snowman ⛄|Mooncake 🥮|Pumpkin 🎃|GoGoGo 🏃|OnIt 💪|OneSecond ☝️|LGTM 👍|GeneralSun ☀️|' +
  'GeneralDoNotDisturb 🔕|GeneralBusinessTrip 💼|GeneralWorkFromHome 🏠|StatusReading 📖|StatusInFlight ✈️|StatusBus 🚌';

const byName = new Map(
  faces.split('|').map((pair): [string, string] => {
    const [name = '', face = ''] = pair.split(' ');
    return [name.toLowerCase(), face];
  }),
);

export function faceOf(name: string): string | null {
  return byName.get(name.toLowerCase()) ?? null;
}
