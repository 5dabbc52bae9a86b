// The vendors' own samples, and one of each type and tag besides.

export interface Sample {
  name: string; // also the name of its picture
  msg_type: string;
  content: unknown;
}

const text = (said: string): unknown => ({ text: said });
const plain = (content: string) => ({ tag: 'plain_text', content });
const md = (content: string) => ({ tag: 'lark_md', content });
const card = (...elements: unknown[]) => ({ elements });

const headerTones = [
  'blue',
  'wathet',
  'turquoise',
  'green',
  'yellow',
  'orange',
  'red',
  'carmine',
  'violet',
  'purple',
  'indigo',
  'grey',
  'default',
];

// What the vendor's page on sending in bulk shows, word for word.
const vendor: Sample[] = [
  { name: 'seed-text', msg_type: 'text', content: text('test content') },
  {
    name: 'seed-post',
    msg_type: 'post',
    content: {
      post: {
        zh_cn: {
          title: '我是一个标题',
          content: [
            [
              { tag: 'text', text: '第一行' },
              { tag: 'a', href: 'http://www.larksuite.com', text: 'Lark' },
            ],
          ],
        },
        en_us: {
          title: 'I am a title',
          content: [
            [
              { tag: 'text', text: 'first line' },
              { tag: 'a', href: 'http://www.larksuite.com', text: 'Lark' },
            ],
          ],
        },
      },
    },
  },
  {
    name: 'seed-image',
    msg_type: 'image',
    content: { image_key: 'img_v2_8e5a80ec-4d94-4bb2-84d5-e25d6c28dacj' },
  },
  {
    name: 'seed-share-chat',
    msg_type: 'share_chat',
    content: { share_chat_id: 'oc_84983ff6516d731e5b5f68d4ea2e1da5' },
  },
  {
    name: 'seed-card',
    msg_type: 'interactive',
    content: {
      config: { wide_screen_mode: true },
      elements: [
        {
          tag: 'div',
          fields: [
            { is_short: true, text: md('**🗳工单来源：**\n报事报修') },
            { is_short: true, text: md('**📝工单类型：**\n客服工单') },
          ],
        },
      ],
      header: { template: 'turquoise', title: plain('📚晒挚爱好书，赢读书礼金') },
    },
  },
  {
    name: 'seed-card-template',
    msg_type: 'interactive',
    content: {
      type: 'template',
      data: { template_id: 'ctp_xxxxxx', template_variable: { var_xxx: 'xxxxxx' } },
    },
  },
];

const texts: Sample[] = [
  {
    name: 'text-mentions',
    msg_type: 'text',
    content: text(
      '<at user_id="all">所有人</at> Lunch is at noon.\n<at user_id="ou_li">Li Lei</at> brings the cake, ' +
        '<at user_id="ou_han">Han Meimei</at> the tea.\nMenu: https://canteen.example.com/today?week=47. See you! 🎉',
    ),
  },
  {
    name: 'text-direction',
    msg_type: 'text',
    content: text('مرحبا بكم في كاريلون\n\u202Eabc\u202C stays readable <b>as written</b>'),
  },
  {
    name: 'text-long',
    msg_type: 'text',
    content: text(
      Array.from({ length: 60 }, (_, n) => `${n + 1}. 第${n + 1}条：请在周五之前确认。`).join('\n'),
    ),
  },
];

const posts: Sample[] = [
  {
    name: 'post-tags',
    msg_type: 'post',
    content: {
      post: {
        en_us: {
          title: 'The office moves on Monday',
          content: [
            [
              { tag: 'text', text: 'Plain, ' },
              { tag: 'text', text: 'bold', style: ['bold'] },
              { tag: 'text', text: ', ' },
              { tag: 'text', text: 'italic', style: ['italic'] },
              { tag: 'text', text: ', ' },
              { tag: 'text', text: 'underlined', style: ['underline'] },
              { tag: 'text', text: ', ' },
              { tag: 'text', text: 'gone', style: ['lineThrough'] },
              { tag: 'text', text: ' &amp; un&#101;scaped', un_escape: true },
            ],
            [
              { tag: 'at', user_id: 'ou_li', user_name: 'Li Lei' },
              { tag: 'text', text: ' and ' },
              { tag: 'at', user_id: 'ou_han', user_name: 'Han Meimei' },
              { tag: 'text', text: ' have the keys ' },
              { tag: 'emotion', emoji_type: 'SMILE' },
              { tag: 'emotion', emoji_type: 'THUMBSUP' },
            ],
            [{ tag: 'img', image_key: 'img_v2_floor', width: 600, height: 360 }],
            [{ tag: 'media', file_key: 'file_v2_tour', image_key: 'img_v2_tour' }],
            [{ tag: 'hr' }],
            [{ tag: 'code_block', language: 'bash', text: 'ssh new-office\nuptime' }],
            [{ tag: 'md', text: '- **One** thing\n- [Plan](https://example.com/plan)' }],
            [{ tag: 'a', href: 'https://example.com/map', text: 'The way there' }],
            [{ tag: 'a', href: 'lark://client/docs', text: 'A link that only the app knows' }],
          ],
        },
        zh_cn: {
          title: '办公室周一搬迁',
          content: [
            [{ tag: 'text', text: '新地址见附图。' }],
            [{ tag: 'img', image_key: 'img_v2_floor', width: 600, height: 360 }],
          ],
        },
      },
    },
  },
  {
    name: 'post-japanese',
    msg_type: 'post',
    content: {
      post: {
        ja_jp: { title: 'お知らせ', content: [[{ tag: 'text', text: '月曜日に引っ越します。' }]] },
      },
    },
  },
];

const cards: Sample[] = [
  ...headerTones.map((template) => ({
    name: `card-header-${template}`,
    msg_type: 'interactive',
    content: {
      header: {
        template,
        title: plain(`Template ${template}`),
        subtitle: plain('A subtitle 副标题'),
      },
      ...card({
        tag: 'div',
        text: md('Body **text** <font color="red">red</font> <font color="grey">grey</font>'),
      }),
    },
  })),
  {
    name: 'card-approval',
    msg_type: 'interactive',
    content: {
      header: { template: 'blue', title: plain('Leave request of Han Meimei') },
      ...card(
        {
          tag: 'div',
          fields: [
            { is_short: true, text: md('**From**\n23 November') },
            { is_short: true, text: md('**Until**\n27 November') },
            { is_short: false, text: md('**Reason**\nVisiting family in Harbin') },
          ],
          extra: { tag: 'img', img_key: 'img_v2_face', alt: plain('Portrait') },
        },
        { tag: 'hr' },
        {
          tag: 'action',
          actions: [
            {
              tag: 'button',
              text: plain('Approve'),
              type: 'primary',
              url: 'https://example.com/approve',
            },
            {
              tag: 'button',
              text: plain('Refuse'),
              type: 'danger',
              multi_url: { url: 'https://example.com/refuse' },
            },
            { tag: 'button', text: plain('Ask later'), type: 'default', value: { key: 'later' } },
          ],
        },
        {
          tag: 'note',
          elements: [
            { tag: 'img', img_key: 'img_v2_logo', alt: plain('') },
            plain('From the HR assistant'),
          ],
        },
      ),
    },
  },
  {
    name: 'card-markdown',
    msg_type: 'interactive',
    content: card({
      tag: 'markdown',
      content: [
        '# Heading one',
        '## Heading two',
        'Text with **bold**, *italic*, ~~struck~~, `code`, **注意：**请看 [a link](https://example.com/a) and <at id=all></at> <at id=ou_han></at>',
        '<text_tag color="green">done</text_tag> <text_tag color="orange">late</text_tag> :DONE: <font color="green">green</font>',
        '> Quoted, with **weight**',
        '',
        '- one',
        '  - within one',
        '- two',
        '',
        '1. first',
        '2. second',
        '',
        '---',
        '',
        '| Part | Qty | Price |',
        '|:--|:-:|--:|',
        '| Bell | 3 | 12.00 |',
        '| Rope | 40 | 3.50 |',
        '',
        '```js',
        "const said = '<b>as it is</b>';",
        '```',
        '[example.com](https://elsewhere.example/phish) &lt;entities&gt; &amp; <script>alert(1)</script>',
        '![a picture elsewhere](https://cdn.example.com/x.png)',
        '![here](img_v2_inmd)',
      ].join('\n'),
    }),
  },
  {
    name: 'card-images',
    msg_type: 'interactive',
    content: card(
      { tag: 'img', title: plain('With a title'), img_key: 'img_v2_wide', alt: plain('Hills') },
      {
        tag: 'img_combination',
        img_list: [{ img_key: 'img_v2_a' }, { img_key: 'img_v2_b' }, { img_key: 'img_v2_c' }],
      },
      { tag: 'img', img_key: 'img_missing', alt: plain('The plan') },
    ),
  },
  {
    name: 'card-columns',
    msg_type: 'interactive',
    content: {
      header: { template: 'green', title: plain('This week in numbers') },
      ...card(
        {
          tag: 'column_set',
          flex_mode: 'bisect',
          background_style: 'grey',
          columns: [
            {
              tag: 'column',
              width: 'weighted',
              weight: 1,
              elements: [{ tag: 'markdown', text_align: 'center', content: 'Sent\n**1,204,332**' }],
            },
            {
              tag: 'column',
              width: 'weighted',
              weight: 1,
              elements: [
                {
                  tag: 'markdown',
                  text_align: 'center',
                  content: 'Read\n<font color="green">**98.2 %**</font>',
                },
              ],
            },
          ],
        },
        {
          tag: 'column_set',
          columns: [
            {
              tag: 'column',
              width: 'auto',
              elements: [{ tag: 'img', img_key: 'img_v2_logo', mode: 'tiny' }],
            },
            {
              tag: 'column',
              width: 'weighted',
              weight: 3,
              elements: [{ tag: 'markdown', content: '**Bell tower**\nOpens at nine' }],
            },
          ],
        },
      ),
    },
  },
  {
    name: 'card-choices',
    msg_type: 'interactive',
    content: card({
      tag: 'action',
      actions: [
        {
          tag: 'select_static',
          placeholder: plain('Pick a day'),
          options: [
            { text: plain('Monday'), value: '1' },
            { text: plain('Tuesday'), value: '2' },
          ],
        },
        {
          tag: 'overflow',
          options: [
            { text: plain('Open the rules'), multi_url: { url: 'https://example.com/rules' } },
            { text: plain('Mute'), value: 'mute' },
          ],
        },
        { tag: 'date_picker', placeholder: plain('A date'), initial_date: '2026-11-22' },
      ],
    }),
  },
  {
    name: 'card-link',
    msg_type: 'interactive',
    content: {
      card_link: { url: 'https://example.com/article' },
      header: { template: 'purple', title: plain('Reading of the week') },
      ...card({ tag: 'div', text: plain('The whole card leads to the article.') }),
    },
  },
  {
    name: 'card-i18n',
    msg_type: 'interactive',
    content: {
      header: {
        template: 'orange',
        title: { tag: 'plain_text', i18n: { zh_cn: '系统维护', en_us: 'Maintenance' } },
      },
      i18n_elements: {
        zh_cn: [{ tag: 'markdown', content: '今晚 **22:00** 开始' }],
        en_us: [{ tag: 'markdown', content: 'Tonight from **10 pm**' }],
      },
    },
  },
  {
    name: 'card-two',
    msg_type: 'interactive',
    content: {
      schema: '2.0',
      header: {
        template: 'indigo',
        title: plain('Card JSON 2.0'),
        subtitle: plain('with labels'),
        text_tag_list: [
          { tag: 'text_tag', text: plain('New'), color: 'green' },
          { tag: 'text_tag', text: plain('Urgent'), color: 'red' },
        ],
      },
      body: {
        elements: [
          {
            tag: 'markdown',
            content: 'Numbers as of <font color="blue">today</font>',
            text_size: 'normal',
          },
          {
            tag: 'table',
            columns: [
              { name: 'who', display_name: 'Who', data_type: 'text' },
              { name: 'state', display_name: 'State', data_type: 'options' },
              { name: 'n', display_name: 'Parts', data_type: 'number', horizontal_align: 'right' },
            ],
            rows: [
              { who: 'Li Lei', state: [{ text: 'done', color: 'green' }], n: 12 },
              { who: 'Han Meimei', state: [{ text: 'open', color: 'orange' }], n: 3 },
            ],
          },
          {
            tag: 'collapsible_panel',
            expanded: true,
            header: { title: plain('How it is counted') },
            elements: [{ tag: 'markdown', content: 'Each part **once**.' }],
          },
          {
            tag: 'interactive_container',
            behaviors: [{ type: 'open_url', default_url: 'https://example.com/c' }],
            elements: [{ tag: 'div', text: plain('A container that leads somewhere') }],
          },
          { tag: 'person_list', persons: [{ id: 'ou_li' }, { id: 'ou_han' }] },
          {
            tag: 'button',
            text: plain('Open'),
            type: 'primary_filled',
            behaviors: [{ type: 'open_url', default_url: 'https://example.com/o' }],
          },
          { tag: 'input', label: plain('Comment'), placeholder: plain('Say something') },
        ],
      },
    },
  },
  {
    name: 'card-unknown',
    msg_type: 'interactive',
    content: card(
      { tag: 'hologram', text: plain('What a tag of tomorrow says') },
      { tag: 'chart', chart_spec: { type: 'pie' } },
    ),
  },
];

const notifications: Sample[] = [
  {
    name: 'dingtalk-text',
    msg_type: 'text',
    content: { content: '会议改到下午三点，请相互转告。\nhttps://example.com/room' },
  },
  { name: 'dingtalk-image', msg_type: 'image', content: { media_id: '@lADOADmaWMzazQKA' } },
  { name: 'dingtalk-voice', msg_type: 'voice', content: { media_id: '@lADvoice', duration: '10' } },
  { name: 'dingtalk-file', msg_type: 'file', content: { media_id: '@lADkept' } },
  {
    name: 'dingtalk-link',
    msg_type: 'link',
    content: {
      messageUrl: 'https://example.com/news',
      picUrl: '@lALOACZwe2Rk',
      title: 'The bells are back',
      text: 'After two years of repairs they ring again on Sunday.',
    },
  },
  {
    name: 'dingtalk-oa',
    msg_type: 'oa',
    content: {
      message_url: 'https://example.com/oa/1',
      head: { bgcolor: 'FF5B8FF9', text: '报销审批' },
      body: {
        title: '张三的差旅报销',
        form: [
          { key: '姓名:', value: '张三' },
          { key: '时间:', value: '2026-11-20 至 2026-11-22' },
          { key: '事由:', value: '客户拜访，往返高铁与两晚住宿' },
        ],
        rich: { num: '1,568.00', unit: '元' },
        content: '请在本周五前完成审批，逾期将顺延至下一结算周期。',
        image: '@lADOADmaWMzazQKA',
        file_count: '3',
        author: '李四',
      },
      status_bar: { status_value: '审批中', status_bg: '0xFFF65E5E' },
    },
  },
  {
    name: 'dingtalk-markdown',
    msg_type: 'markdown',
    content: {
      title: '本周天气',
      text: '# 本周天气\n**杭州** 9 度，西北风 1 级，空气良 <font color=#FF0000>偏冷</font>\n> 周末回暖\n\n![pic](https://img.example.com/weather.png)\n1. 带伞\n2. 添衣\n\n[查看详情](dingtalk://dingtalkclient/page/link?url=https%3A%2F%2Fexample.com%2Fweather&pc_slide=true)',
    },
  },
  {
    name: 'dingtalk-action-single',
    msg_type: 'action_card',
    content: {
      title: '新员工入职培训',
      markdown: '### 新员工入职培训\n周一 **9:30**，三楼大会议室',
      single_title: '查看详情',
      single_url: 'https://example.com/training',
    },
  },
  {
    name: 'dingtalk-action-vertical',
    msg_type: 'action_card',
    content: {
      title: 'Which day suits you?',
      markdown: 'The team dinner is in **December**.',
      btn_orientation: '0',
      btn_json_list: [
        { title: 'Friday the 4th', action_url: 'https://example.com/4' },
        { title: 'Friday the 11th', action_url: 'https://example.com/11' },
      ],
    },
  },
  {
    name: 'dingtalk-action-horizontal',
    msg_type: 'action_card',
    content: {
      title: '请假申请',
      markdown: '李雷申请 **年假** 两天',
      btn_orientation: '1',
      btn_json_list: [
        { title: '同意', action_url: 'https://example.com/yes' },
        { title: '拒绝', action_url: 'https://example.com/no' },
      ],
    },
  },
];

const broken: Sample[] = [
  { name: 'unknown-type', msg_type: 'sticker', content: { caption: 'A type of tomorrow' } },
  { name: 'malformed', msg_type: 'post', content: { post: { zh_cn: 'not an object' } } },
];

export const samples: readonly Sample[] = [
  ...vendor,
  ...texts,
  ...posts,
  ...cards,
  ...notifications,
  ...broken,
];
